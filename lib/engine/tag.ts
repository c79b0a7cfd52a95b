import { endpointPath } from "./_path.ts";
import { splitReference } from "./_reference.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Options of {@linkcode tagImage}. */
export interface TagImageOptions extends EngineCallOptions {
  /** The new `name[:tag]`; without a tag, `latest`. */
  as: string;
}

/**
 * Gives an image one more name (`POST /images/{name}/tag`).
 *
 * @throws {EngineHttpError} 404 when there is no such image, 400 or 500 for a
 * bad name.
 */
export async function tagImage(
  client: EngineClient,
  image: string,
  options: TagImageOptions,
): Promise<void> {
  const { as, signal } = options;
  const { name, version } = splitReference(as);
  const response = await client.request({
    action: `tag image "${image}" as "${as}"`,
    method: "POST",
    path: endpointPath("/images", image, "/tag"),
    query: new URLSearchParams({ repo: name, tag: version }),
    signal,
  });
  await response.text();
}
