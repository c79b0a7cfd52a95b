import { readBody } from "./_body.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** What the engine says of itself in the cheapest of its answers. */
export interface EnginePing {
  /** The newest API version it speaks, such as `1.41`. */
  readonly apiVersion: string | undefined;
  /** `linux` or `windows`. */
  readonly osType: string | undefined;
  /** The builder it recommends: `1` is the classic one, `2` BuildKit. */
  readonly builderVersion: string | undefined;
}

/**
 * Asks the engine for a sign of life (`GET /_ping`).
 *
 * @throws {EngineError} when there is none.
 */
export async function ping(
  client: EngineClient,
  options: EngineCallOptions = {},
): Promise<EnginePing> {
  const action = "ping the engine";
  const response = await client.request({ ...options, action, path: "/_ping" });
  await readBody(response, action);
  return {
    apiVersion: response.headers.get("Api-Version") ?? undefined,
    osType: response.headers.get("OSType") ?? undefined,
    builderVersion: response.headers.get("Builder-Version") ?? undefined,
  };
}
