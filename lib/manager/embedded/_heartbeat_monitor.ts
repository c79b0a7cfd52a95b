import type { Heartbeats } from "./worker.ts";

/** How often the manager looks within the time it allows. */
const LOOKS = 6;

/** Counts a worker's heartbeats and notices when they stay away. */
export class HeartbeatMonitor implements Disposable {
  #count = 0;
  #lastAt = 0;
  #longestGap = 0;
  #seen = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;

  /** `onSilence` is told when none came within `timeout` milliseconds. */
  constructor(timeout: number, onSilence: () => void) {
    this.#timer = setInterval(() => {
      if (performance.now() - this.#seen >= timeout) onSilence();
    }, timeout / LOOKS);
  }

  get heartbeats(): Heartbeats {
    return {
      count: this.#count,
      lastAt: this.#lastAt,
      longestGap: this.#longestGap,
    };
  }

  /** Begins to wait anew, for a worker that has only just come. */
  reset(): void {
    this.#seen = performance.now();
  }

  /** Takes down one heartbeat. */
  beat(): void {
    const now = performance.now();
    if (this.#count > 0) {
      this.#longestGap = Math.max(this.#longestGap, now - this.#seen);
    }
    this.#count++;
    this.#seen = now;
    this.#lastAt = Date.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
