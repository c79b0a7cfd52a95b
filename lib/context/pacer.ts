import { setImmediate } from "node:timers/promises";
import type { CancelOptions } from "./source.ts";

/** Milliseconds of work after which everything else has its turn. */
const LONGEST_WORK = 10;

/**
 * Keeps long work from holding up everything else, such as heartbeats: work on
 * bytes in memory never waits for anything, so that no timer would run until its
 * end, and nothing could tell it to stop.
 */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor({ signal }: CancelOptions = {}) {
    this.#signal = signal;
  }

  /** Whether it is time for a pause. */
  get isDue(): boolean {
    return performance.now() - this.#since >= LONGEST_WORK;
  }

  /** Waits until everything else had its turn; rejects if that was a stop. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}
