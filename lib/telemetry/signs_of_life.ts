import type { Pulse } from "../manager/observer.ts";

/**
 * When the worker last showed its manager, or tried to, that it lives. Times
 * are in milliseconds.
 */
export class SignsOfLife {
  readonly #lastBeats = new Map<Pulse, number>();
  #lastAttempt = performance.now();

  /** Notes that a session is tried to be had. */
  attempt(): void {
    this.#lastAttempt = performance.now();
  }

  /** Follows the heartbeats of a session, of which the first is now. */
  begin(): Pulse {
    const pulse: Pulse = {
      beat: () => void this.#lastBeats.set(pulse, performance.now()),
      [Symbol.dispose]: () => void this.#lastBeats.delete(pulse),
    };
    pulse.beat();
    return pulse;
  }

  /**
   * The time since the last heartbeat of the session that has been silent for
   * longest; `undefined` while there is no session.
   */
  get heartbeatAge(): number | undefined {
    if (this.#lastBeats.size === 0) return undefined;
    return performance.now() - Math.min(...this.#lastBeats.values());
  }

  /** The time since a session was last tried to be had, or since the start. */
  get attemptAge(): number {
    return performance.now() - this.#lastAttempt;
  }
}
