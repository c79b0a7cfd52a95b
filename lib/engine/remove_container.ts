import { endpointPath } from "./_path.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Options of {@linkcode removeContainer}. */
export interface RemoveContainerOptions extends EngineCallOptions {
  /** Also when it runs, which kills it. Default `false`. */
  force?: boolean;
  /** With the anonymous volumes that it brought. Default `true`. */
  volumes?: boolean;
}

/**
 * Removes a container by ID or name (`DELETE /containers/{id}`).
 *
 * @throws {EngineHttpError} 404 when there is no such container, 409 when it
 * runs, or is being removed already.
 */
export async function removeContainer(
  client: EngineClient,
  container: string,
  options: RemoveContainerOptions = {},
): Promise<void> {
  const { force = false, volumes = true, signal } = options;
  const response = await client.request({
    action: `remove container "${container}"`,
    method: "DELETE",
    path: endpointPath("/containers", container),
    query: new URLSearchParams({ force: String(force), v: String(volumes) }),
    signal,
  });
  await response.text();
}
