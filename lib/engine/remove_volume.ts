import { endpointPath } from "./_path.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/**
 * Removes a volume (`DELETE /volumes/{name}`).
 *
 * @throws {EngineHttpError} 404 when there is no such volume, 409 when a
 * container uses it.
 */
export async function removeVolume(
  client: EngineClient,
  name: string,
  options: EngineCallOptions = {},
): Promise<void> {
  const response = await client.request({
    ...options,
    action: `remove volume "${name}"`,
    method: "DELETE",
    path: endpointPath("/volumes", name),
  });
  await response.text();
}
