import { buildQuery } from "./_build_query.ts";
import { recordOf, stringOf } from "./_json.ts";
import { readMessages } from "./_read_messages.ts";
import { registryConfigHeader } from "./_registry_auth.ts";
import type { BuildImageOptions } from "./build_options.ts";
import { BuildTrace } from "./build_trace.ts";
import type { EngineClient } from "./client.ts";
import { EngineTruncatedError } from "./errors.ts";

/** What a build made. */
export interface BuiltImage {
  /** `sha256:…` */
  readonly imageId: string;
  /** What else the build made on the way. */
  readonly trace: BuildTrace;
}

/**
 * Builds an image with the classic builder (`POST /build`) from a context: a
 * tar, plain or packed with gzip, bzip2, xz, or (from Engine 23) zstd. Its
 * containers are removed, also those of failed steps.
 *
 * @throws {EngineStreamError} when a step fails; `code` is a `RUN`'s exit status.
 * @throws {EngineHttpError} 500 for a context that is no tar or has no
 * Dockerfile, 400 for an empty or invalid one (20.10).
 * @throws {EngineError} of any other kind.
 * @throws what reading `context` failed with, as it is.
 */
export async function buildImage(
  client: EngineClient,
  context: ReadableStream<Uint8Array>,
  options: BuildImageOptions = {},
): Promise<BuiltImage> {
  const { credentials = [], onMessage, signal } = options;
  const trace = options.trace ?? new BuildTrace();
  const action = "build image";
  const response = await client.request({
    action,
    method: "POST",
    path: "/build",
    query: buildQuery(options),
    headers: {
      // The engine finds out by itself how a tar is packed.
      "Content-Type": "application/x-tar",
      ...registryConfigHeader(credentials),
    },
    body: context,
    signal,
  });

  let imageId: string | undefined;
  let built: string | undefined;
  await readMessages(response, {
    action,
    signal,
    onMessage: (message) => {
      trace.observe(message);
      // Each stage names its image; only the last is the build's.
      imageId = stringOf(recordOf(message.aux)?.["ID"]) ?? imageId;
      built = /^Successfully built ([0-9a-f]+)\n$/.exec(message.stream ?? "")
        ?.[1] ?? built;
      return onMessage?.(message);
    },
  });
  if (
    imageId === undefined || built === undefined ||
    !imageId.startsWith(`sha256:${built}`)
  ) {
    throw new EngineTruncatedError(
      "the engine's answer ended without saying that the build succeeded",
      { action },
    );
  }
  return { imageId, trace };
}
