import { Watchdog } from "./watchdog.ts";

/** Options of {@linkcode withTimeLimit}. */
export interface TimeLimitOptions {
  /** In milliseconds. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs what must not take for ever, with a signal that ends it in time.
 *
 * @throws {TimeLimitError} when it took too long
 * @throws the signal's reason when that aborts
 */
export async function withTimeLimit<T>(
  run: (signal: AbortSignal) => Promise<T>,
  { limit, signal }: TimeLimitOptions,
): Promise<T> {
  signal?.throwIfAborted();
  using watchdog = new Watchdog({ totalTimeout: limit, signal });
  return await run(watchdog.signal);
}
