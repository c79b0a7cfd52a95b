import { readAnswer } from "./_answer.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";
import { EngineProtocolError } from "./errors.ts";

/**
 * Asks the engine what time it is (`GET /info`). Its clock, which may differ
 * from this machine's, dates its images, containers and events.
 *
 * @returns milliseconds since the epoch, rounded down
 * @throws {EngineError}
 */
export async function getSystemTime(
  client: EngineClient,
  options: EngineCallOptions = {},
): Promise<number> {
  const action = "ask the engine for its time";
  const response = await client.request({ ...options, action, path: "/info" });
  const answer = await readAnswer(response, action);
  const time = Date.parse(answer.string("SystemTime"));
  if (Number.isNaN(time)) {
    throw new EngineProtocolError('the answer has no valid "SystemTime"', {
      action,
    });
  }
  return time;
}
