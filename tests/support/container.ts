import type { EngineClient } from "../../lib/engine/client.ts";

/**
 * Makes a container, and starts it where it is given a command.
 *
 * @returns its ID
 */
export async function createContainer(
  client: EngineClient,
  image: string,
  command?: readonly string[],
): Promise<string> {
  const response = await client.request({
    action: "create container",
    method: "POST",
    path: "/containers/create",
    headers: { "Content-Type": "application/json" },
    body: new Blob([JSON.stringify({ Image: image, Cmd: command })]).stream(),
  });
  const { Id: id }: { Id: string } = await response.json();
  if (command === undefined) return id;
  const started = await client.request({
    action: "start container",
    method: "POST",
    path: `/containers/${id}/start`,
  });
  await started.body?.cancel();
  return id;
}
