import { delay } from "@std/async/delay";
import { withTimeLimit } from "../time/time_limit.ts";
import type { EngineClient } from "./client.ts";
import { ping } from "./ping.ts";

/** Options of {@linkcode whileAnswering}; times in milliseconds. */
export interface WhileAnsweringOptions {
  /** How long the engine may take for each sign of life. Default 2,000. */
  readonly pingLimit?: number;
  /** Between two signs of life. Default 1,000. */
  readonly interval?: number;
  /** How long it may take in all. */
  readonly limit: number;
}

/**
 * Runs what is of use only as long as the engine answers, with a signal that
 * ends it when the engine gives no sign of life, neither at the beginning nor
 * meanwhile.
 *
 * @throws {EngineError} when the engine is away
 * @throws {TimeLimitError} when it gives no sign of life, or it took too long
 */
export async function whileAnswering<T>(
  engine: EngineClient,
  run: (signal: AbortSignal) => Promise<T>,
  { pingLimit = 2_000, interval = 1_000, limit }: WhileAnsweringOptions,
): Promise<T> {
  const away = new AbortController();
  const done = new AbortController();
  const awaitSign = () =>
    withTimeLimit((signal) => ping(engine, { signal }), {
      limit: pingLimit,
      signal: done.signal,
    });
  const watch = async () => {
    try {
      while (true) {
        await delay(interval, { signal: done.signal });
        await awaitSign();
      }
    } catch (error) {
      away.abort(error);
    }
  };
  await awaitSign();
  const watching = watch();
  try {
    return await withTimeLimit(run, { limit, signal: away.signal });
  } finally {
    done.abort(new DOMException("Nothing to watch any more", "AbortError"));
    await watching;
  }
}
