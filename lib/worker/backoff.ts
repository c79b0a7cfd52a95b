import type { Mode } from "../config/config.ts";

/** What a {@linkcode Backoff} needs to know; times in milliseconds. */
export interface BackoffOptions {
  readonly firstWait: number;
  readonly longestWait: number;
  /** Waits before it gives up. */
  readonly waits: number;
  /** Share of each wait that is left to chance, 0 to 1. */
  readonly jitter: number;
}

/** How long to wait before each further attempt: twice as long each time. */
export class Backoff {
  readonly #options: BackoffOptions;
  #waited = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The next wait in milliseconds; `undefined`: no further attempt. */
  next(): number | undefined {
    const { firstWait, longestWait, waits, jitter } = this.#options;
    if (this.#waited >= waits) return undefined;
    const wait = Math.min(longestWait, firstWait * 2 ** this.#waited);
    this.#waited++;
    return Math.round(wait * (1 - jitter * Math.random()));
  }

  /** How often something was tried, with a wait before each time but the first. */
  get attempts(): number {
    return this.#waited + 1;
  }

  /** Begins anew, after things went well for a while. */
  reset(): void {
    this.#waited = 0;
  }
}

/**
 * How each kind of worker waits for its manager. A hosted one gives up after
 * five attempts, 2, 4, 8 and 16 seconds apart, as its starter may wait for its
 * exit; an enterprise one never does, and spreads its attempts so that a
 * manager that restarts is not met by all its workers at once.
 */
export function backoffFor(mode: Mode): Backoff {
  switch (mode.kind) {
    case "hosted":
      return new Backoff({
        firstWait: 2_000,
        longestWait: 16_000,
        waits: 4,
        jitter: 0,
      });
    case "enterprise":
      return new Backoff({
        firstWait: 1_000,
        longestWait: 60_000,
        waits: Infinity,
        jitter: 0.5,
      });
  }
}
