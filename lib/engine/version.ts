import { readAnswer } from "./_answer.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Which engine this is. */
export interface EngineVersion {
  /** The engine's own version, such as `20.10.24`. */
  readonly version: string;
  readonly apiVersion: string;
  readonly minApiVersion: string | undefined;
  readonly os: string | undefined;
  /** In Go's words, such as `amd64`. */
  readonly arch: string | undefined;
}

/**
 * Asks the engine for its version (`GET /version`).
 *
 * @throws {EngineError}
 */
export async function getVersion(
  client: EngineClient,
  options: EngineCallOptions = {},
): Promise<EngineVersion> {
  const action = "ask the engine for its version";
  const response = await client.request({
    ...options,
    action,
    path: "/version",
  });
  const answer = await readAnswer(response, action);
  return {
    version: answer.string("Version"),
    apiVersion: answer.string("ApiVersion"),
    minApiVersion: answer.maybeString("MinAPIVersion"),
    os: answer.maybeString("Os"),
    arch: answer.maybeString("Arch"),
  };
}
