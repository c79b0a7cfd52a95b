import type { LogFields, Logger } from "../telemetry/log.ts";

/**
 * Warns of trouble that lasts: at once, when it changes, and then once in a
 * while.
 */
export class Reminder {
  readonly #logger: Logger;
  readonly #interval: number;
  #message: string | undefined;
  #warnedAt = 0;

  /** `interval` is the time between two warnings of the same, in milliseconds. */
  constructor(logger: Logger, interval: number) {
    this.#logger = logger;
    this.#interval = interval;
  }

  /** Says that there is trouble, or still is. */
  warn(message: string, fields: LogFields = {}): void {
    const now = performance.now();
    const isKnown = message === this.#message;
    if (isKnown && now - this.#warnedAt < this.#interval) return;
    this.#message = message;
    this.#warnedAt = now;
    this.#logger.warning(message, fields);
  }

  /** Says that the trouble is over; without any there is nothing to say. */
  settle(message: string): void {
    if (this.#message === undefined) return;
    this.#message = undefined;
    this.#logger.info(message);
  }
}
