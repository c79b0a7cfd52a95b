import { EngineTimeoutError } from "../engine/errors.ts";
import type { TransferOptions } from "../engine/transfer_options.ts";
import { formatDuration } from "../time/duration.ts";
import { TimeLimitError, Watchdog } from "../time/watchdog.ts";
import { type RetryingOptions, withRetries } from "./retry.ts";

/** A pull or a push. */
export interface Transfer<T> {
  /** What is tried, as it reads after "Cannot". */
  readonly subject: string;
  readonly direction: "pull" | "push";
  /** Tries it once. */
  run(options: TransferOptions): Promise<T>;
}

/** How {@linkcode runTransfer} goes about it. */
export interface RunTransferOptions extends RetryingOptions {
  /** Longest time of all tries together, in milliseconds. Default: any. */
  readonly limit: number | undefined;
}

/** The settings that allow more time. */
const SETTINGS = { pull: "PULL_TIMEOUT", push: "PUSH_TIMEOUT" } as const;

/**
 * Pulls or pushes, again where that can help, as long as there is time.
 *
 * @throws {EngineTimeoutError} when it took too long
 * @throws {EngineError} of any other kind, the last one
 * @throws the signal's reason when that aborts, be it after the time was up
 */
export async function runTransfer<T>(
  { subject, direction, run }: Transfer<T>,
  { limit, signal, ...options }: RunTransferOptions,
): Promise<T> {
  using watchdog = new Watchdog({ totalTimeout: limit, signal });
  try {
    return await withRetries(() => run({ signal: watchdog.signal }), {
      ...options,
      signal: watchdog.signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TimeLimitError)) throw error;
    const duration = formatDuration(error.milliseconds);
    throw new EngineTimeoutError(
      `it took longer than ${duration}, all that a ${direction} may take on this build worker (${
        SETTINGS[direction]
      }). Try again later, or ask the worker's operator for more time.`,
      { action: subject, cause: error, isStalled: false },
    );
  }
}
