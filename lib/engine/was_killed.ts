import { readBody } from "./_body.ts";
import { filtersQuery } from "./_filters.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";
import { getSystemTime } from "./system_time.ts";

/**
 * Looks whether the engine has sent a signal to a container (`GET /events`): as
 * somebody asked it to, or as it is stopped itself, when it ends containers
 * before it goes. It remembers its last 256 events (20.10) for as long as it
 * runs.
 *
 * @param container its ID, or the beginning of that
 * @throws {EngineError}
 */
export async function wasKilled(
  client: EngineClient,
  container: string,
  { signal }: EngineCallOptions = {},
): Promise<boolean> {
  const action = `look for signals to container "${container}"`;
  const query = filtersQuery({ container: [container], event: ["kill"] });
  query.set("since", "0");
  // What it was told is over by now, but for what is left of the millisecond;
  // it waits for what is to come.
  const now = await getSystemTime(client, { signal });
  query.set("until", String((now + 1) / 1_000));
  const path = "/events";
  const response = await client.request({ action, path, query, signal });
  return (await readBody(response, action)).trim() !== "";
}
