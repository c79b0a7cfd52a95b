import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which everything else has its turn. */
const LONGEST_WORK = 10;

/**
 * Keeps long work from holding up everything else, such as heartbeats: work on
 * bytes in memory never waits for anything, so that no timer would run until its
 * end.
 */
export class Pacer {
  #since = performance.now();

  /** Whether it is time for a pause. */
  get isDue(): boolean {
    return performance.now() - this.#since >= LONGEST_WORK;
  }

  /** Waits until everything else had its turn. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
