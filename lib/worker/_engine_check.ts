import { formatEngineAddress } from "../engine/address.ts";
import type { EngineClient } from "../engine/client.ts";
import { isEngineFailure } from "../engine/errors.ts";
import { ping } from "../engine/ping.ts";
import { type TimeLimitOptions, withTimeLimit } from "../time/time_limit.ts";
import { TimeLimitError } from "../time/watchdog.ts";

/**
 * Looks whether the engine answers.
 *
 * @returns why it does not, and what to do; `undefined` when it does
 */
export async function findEngineTrouble(
  engine: EngineClient,
  options: TimeLimitOptions,
): Promise<string | undefined> {
  try {
    await withTimeLimit((signal) => ping(engine, { signal }), options);
    return undefined;
  } catch (error) {
    if (error instanceof TimeLimitError) {
      return `the Docker engine at "${formatEngineAddress(engine.address)}" ` +
        `does not answer within ${error.milliseconds / 1000} s: ` +
        "it hangs or is overloaded, restart it if that does not pass";
    }
    if (isEngineFailure(error)) return error.detail;
    throw error;
  }
}
