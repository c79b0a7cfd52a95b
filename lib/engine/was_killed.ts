import { readBody } from "./_body.ts";
import { filtersQuery } from "./_filters.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** How far the engine's clock may be ahead of this one, in milliseconds. */
const CLOCK_TOLERANCE = 1_000;

/**
 * Looks whether the engine has sent a signal to a container (`GET /events`): as
 * somebody asked it to, or as it is stopped itself, when it ends containers
 * before it goes. It remembers its last 256 events (20.10) for as long as it
 * runs. Takes a second.
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
  query.set("until", String((Date.now() + CLOCK_TOLERANCE) / 1_000));
  const path = "/events";
  const response = await client.request({ action, path, query, signal });
  return (await readBody(response, action)).trim() !== "";
}
