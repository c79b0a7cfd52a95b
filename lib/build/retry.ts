import { delay } from "@std/async/delay";
import { isRateLimited, isRetriable } from "../engine/retriable.ts";

/** How often a transfer is tried. */
const ATTEMPTS = 3;

/** How many times longer a registry is left alone that asks for fewer requests. */
const RATE_LIMIT_FACTOR = 15;

/** What {@linkcode withRetries} needs to know. */
export interface RetryingOptions {
  readonly signal: AbortSignal;
  /** Told before each further try. */
  onRetry(failed: FailedTry): void | Promise<void>;
  /**
   * First wait in milliseconds; the next is twice as long, and both are 15
   * times as long where the registry wants fewer requests. Default 1,000.
   */
  readonly firstWait?: number;
}

/** A try that failed and is followed by another. */
export interface FailedTry {
  readonly error: unknown;
  /** How many tries are left. */
  readonly left: number;
  /** How long the next try waits, in milliseconds. */
  readonly wait: number;
}

/**
 * Tries a pull or a push up to three times, as long as trying again can help.
 * Rejects with the last error, or with the signal's reason.
 */
export async function withRetries<T>(
  transfer: () => Promise<T>,
  { signal, onRetry, firstWait = 1_000 }: RetryingOptions,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await transfer();
    } catch (error) {
      const left = ATTEMPTS - attempt;
      if (signal.aborted || left === 0 || !isRetriable(error)) throw error;
      const factor = isRateLimited(error) ? RATE_LIMIT_FACTOR : 1;
      const wait = firstWait * factor * 2 ** (attempt - 1);
      await onRetry({ error, left, wait });
      await delay(wait, { signal });
    }
  }
}
