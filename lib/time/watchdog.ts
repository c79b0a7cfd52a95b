/** Which of its limits of time something exceeded. */
export type TimeLimit = "idle" | "total";

/** Something took longer than it may, or was silent for too long. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
  readonly limit: TimeLimit;
  /** The limit's length in milliseconds. */
  readonly milliseconds: number;

  constructor(limit: TimeLimit, milliseconds: number) {
    const duration = `${milliseconds / 1000} seconds`;
    super(
      limit === "idle"
        ? `no sign of life for ${duration}`
        : `not done after ${duration}`,
    );
    this.limit = limit;
    this.milliseconds = milliseconds;
  }
}

type Timer = ReturnType<typeof setTimeout>;

/** A longer timer would fire at once (HTML, "timer initialization steps"). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Options of a {@linkcode Watchdog}. */
export interface WatchdogOptions {
  /** Longest time between two signs of life, in milliseconds. Default: any. */
  readonly idleTimeout?: number | undefined;
  /** Longest time in all, in milliseconds. Default: any. */
  readonly totalTimeout?: number | undefined;
  /** What of `totalTimeout` is already used up, in milliseconds. Default: 0. */
  readonly spent?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Aborts its signal with a {@linkcode TimeLimitError} when a limit of time is
 * exceeded, and with the given signal's reason when that aborts. Disposing
 * stops the clocks.
 */
export class Watchdog implements Disposable {
  readonly #controller = new AbortController();
  readonly #options: WatchdogOptions;
  readonly #total: Timer | undefined;
  #idle: Timer | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#idle = this.#start("idle");
    this.#total = this.#start("total", options.spent);
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted) this.#onAbort();
  }

  /** Aborts when a limit is exceeded. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A sign of life: the time of silence begins anew. */
  touch(): void {
    clearTimeout(this.#idle);
    this.#idle = this.#start("idle");
  }

  /** Stops the clock of silence until the next sign of life. */
  pause(): void {
    clearTimeout(this.#idle);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#total);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = () => {
    this.#controller.abort(this.#options.signal?.reason);
  };

  #start(limit: TimeLimit, spent = 0): Timer | undefined {
    const milliseconds = limit === "idle"
      ? this.#options.idleTimeout
      : this.#options.totalTimeout;
    if (milliseconds === undefined) return undefined;
    return setTimeout(
      () => this.#controller.abort(new TimeLimitError(limit, milliseconds)),
      Math.min(milliseconds - spent, LONGEST_TIMER),
    );
  }
}
