import { readAnswer } from "./_answer.ts";
import { endpointPath } from "./_path.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** What the engine knows of a network. */
export interface NetworkDetails {
  readonly name: string;
  readonly driver: string | undefined;
}

/**
 * Looks a network up by name or ID (`GET /networks/{name}`).
 *
 * @throws {EngineHttpError} 404 when there is no such network.
 */
export async function inspectNetwork(
  client: EngineClient,
  network: string,
  options: EngineCallOptions = {},
): Promise<NetworkDetails> {
  const action = `inspect network "${network}"`;
  const path = endpointPath("/networks", network);
  const response = await client.request({ ...options, action, path });
  const answer = await readAnswer(response, action);
  return { name: answer.string("Name"), driver: answer.maybeString("Driver") };
}
