import { readMessages } from "./_read_messages.ts";
import { splitReference } from "./_reference.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Options of {@linkcode importImage}. */
export interface ImportImageOptions extends EngineCallOptions {
  /** The image's `name[:tag]`; without a tag, `latest`. */
  as: string;
  /** Labels that it gets, without values. Default: none. */
  labels?: readonly string[];
}

/**
 * Makes an image of one layer, a tar of its files, plain or compressed
 * (`POST /images/create?fromSrc=-`). Another image of that name loses it, and
 * stays.
 *
 * @throws {EngineStreamError} when the layer is no tar.
 * @throws {EngineError} of any other kind.
 */
export async function importImage(
  client: EngineClient,
  layer: ReadableStream<Uint8Array>,
  { as, labels = [], signal }: ImportImageOptions,
): Promise<void> {
  const action = `import image "${as}"`;
  const { name, version } = splitReference(as);
  const query = new URLSearchParams({ fromSrc: "-", repo: name, tag: version });
  for (const label of labels) query.append("changes", `LABEL ${label}=`);
  const response = await client.request({
    action,
    method: "POST",
    path: "/images/create",
    query,
    headers: { "Content-Type": "application/x-tar" },
    body: layer,
    signal,
  });
  await readMessages(response, { action, onMessage: () => {} });
}
