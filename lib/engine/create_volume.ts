import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Options of {@linkcode createVolume}. */
export interface CreateVolumeOptions extends EngineCallOptions {
  /** What it carries, for whoever lists it. */
  labels?: Readonly<Record<string, string>>;
}

/**
 * Makes an empty volume (`POST /volumes/create`). One of that name that is
 * there already stays as it is.
 *
 * @throws {EngineError}
 */
export async function createVolume(
  client: EngineClient,
  name: string,
  { labels = {}, signal }: CreateVolumeOptions = {},
): Promise<void> {
  const response = await client.request({
    action: `create volume "${name}"`,
    method: "POST",
    path: "/volumes/create",
    headers: { "Content-Type": "application/json" },
    body: new Blob([JSON.stringify({ Name: name, Labels: labels })]).stream(),
    signal,
  });
  await response.text();
}
