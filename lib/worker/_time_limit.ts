/** What {@linkcode withTimeLimit} needs to know. */
export interface TimeLimitOptions {
  /** In milliseconds. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Something took longer than it may. */
export class TimeLimitExceeded extends Error {
  override readonly name = "TimeLimitExceeded";
  /** In milliseconds. */
  readonly limit: number;

  constructor(limit: number) {
    super(`It took longer than ${limit / 1000} s`);
    this.limit = limit;
  }
}

/**
 * Runs what must not take for ever, with a signal that ends it in time.
 *
 * @throws {TimeLimitExceeded} when it took too long
 * @throws the signal's reason when that aborts
 */
export async function withTimeLimit<T>(
  run: (signal: AbortSignal) => Promise<T>,
  { limit, signal }: TimeLimitOptions,
): Promise<T> {
  signal.throwIfAborted();
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new TimeLimitExceeded(limit)),
    limit,
  );
  try {
    return await run(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
