import { readAnswers } from "./_answer.ts";
import { endpointPath } from "./_path.ts";
import { toRemovedImages } from "./_removed_images.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";
import { EngineHttpError } from "./errors.ts";
import type { RemovedImages } from "./removed_images.ts";

/** Options of {@linkcode removeImage}. */
export interface RemoveImageOptions extends EngineCallOptions {
  /** Also when it has several names or a stopped container uses it. Default `false`. */
  force?: boolean;
  /** Keeps the unnamed images it was built upon. Default `false`. */
  keepParents?: boolean;
}

/**
 * Removes a name, or an image by its ID (`DELETE /images/{name}`). The image
 * goes with its last name.
 *
 * @throws {EngineHttpError} 404 when there is no such image, or no more once its
 * turn comes; 409 when a container uses it or, for an ID, when it has several
 * names
 */
export async function removeImage(
  client: EngineClient,
  image: string,
  options: RemoveImageOptions = {},
): Promise<RemovedImages> {
  const { force = false, keepParents = false, signal } = options;
  const action = `remove image "${image}"`;
  try {
    const response = await client.request({
      action,
      method: "DELETE",
      path: endpointPath("/images", image),
      query: new URLSearchParams({
        force: String(force),
        noprune: String(keepParents),
      }),
      signal,
    });
    return toRemovedImages(await readAnswers(response, action));
  } catch (error) {
    throw isRemovedMeanwhile(error)
      ? new EngineHttpError(error.detail, { action, cause: error, status: 404 })
      : error;
  }
}

/**
 * Whether somebody else was faster: the engine had found the image, and then
 * not any more. Engine 20.10 takes that for a fault of its own (500).
 */
function isRemovedMeanwhile(error: unknown): error is EngineHttpError {
  return error instanceof EngineHttpError && error.status === 500 &&
    error.detail.startsWith("unrecognized image ID ");
}
