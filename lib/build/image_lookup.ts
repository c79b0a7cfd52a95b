import type { EngineClient } from "../engine/client.ts";
import {
  type EngineError,
  EngineHttpError,
  EngineStreamError,
} from "../engine/errors.ts";
import { type ImageDetails, inspectImage } from "../engine/inspect_image.ts";
import { listImages } from "../engine/list_images.ts";
import { ImageReference } from "../image/reference.ts";

/**
 * Looks an image up by name or ID; `undefined` where the engine has none.
 *
 * @throws {EngineError}
 */
export async function findImage(
  engine: EngineClient,
  image: string,
  signal: AbortSignal,
): Promise<ImageDetails | undefined> {
  try {
    return await inspectImage(engine, image, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/**
 * The digests by which the engine knows images of a repository, given as
 * `host/path`.
 *
 * @throws {EngineError}
 */
export async function listDigests(
  engine: EngineClient,
  repository: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { familiar } = ImageReference.parse(repository);
  const images = await listImages(engine, { references: [familiar], signal });
  const prefix = `${familiar}@`;
  return new Set(
    images.flatMap(({ repoDigests }) => repoDigests)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length)),
  );
}

/**
 * Whether an image was not there any more that the engine had found before, in
 * the words of Engine 20.10. A command of a build that says the same fails with
 * an exit status.
 */
export function isImageGone(error: unknown): error is EngineError {
  if (error instanceof EngineHttpError) return error.status === 404;
  return error instanceof EngineStreamError && error.code === undefined &&
    /^(no such image|layer does not exist|failed to get (digest|layer|image))/i
      .test(error.detail);
}

/** Whether the engine refused a request with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof EngineHttpError && error.status === status;
}
