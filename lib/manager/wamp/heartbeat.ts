import type { Session } from "../../wamp/session.ts";
import type { Pulse } from "../observer.ts";
import { HEARTBEAT, PING } from "./uris.ts";

/** How often the worker shows that it lives, in milliseconds. */
const HEARTBEAT_INTERVAL = 1_000;

/** How a worker finds out that its manager is gone without a word. */
export interface Liveness {
  /** How often the worker asks the manager for an answer, in milliseconds. */
  readonly interval: number;
  /** How long the manager may take for it, in milliseconds. */
  readonly timeout: number;
}

/** Such that a dead connection is noticed within 20 seconds. */
export const DEFAULT_LIVENESS: Liveness = { interval: 8_000, timeout: 10_000 };

/** What {@linkcode startHeartbeat} needs to know. */
export interface HeartbeatOptions {
  readonly liveness: Liveness;
  /** Told of each heartbeat, and disposed of with the last. */
  readonly pulse?: Pulse | undefined;
  /** Told once when the manager no longer answers. */
  onDead(reason: string): void;
}

/**
 * Publishes a heartbeat every second, and asks the manager for an answer every
 * few: heartbeats are never answered, so that a connection which is dead
 * without being closed shows in nothing else. Runs on timers of its own, behind
 * no other call, until it is disposed.
 */
export function startHeartbeat(
  session: Session,
  { liveness, onDead, pulse }: HeartbeatOptions,
): Disposable {
  const beat = () => {
    if (!session.isOpen) return;
    session.publish(HEARTBEAT);
    pulse?.beat();
  };
  const probe = async () => {
    if (!session.isOpen) return;
    try {
      await session.call(PING, { timeout: liveness.timeout });
      if (!isDisposed) probing = setTimeout(probe, liveness.interval);
    } catch (error) {
      onDead(`the manager does not answer: ${error}`);
    }
  };
  let isDisposed = false;
  beat();
  const beating = setInterval(beat, HEARTBEAT_INTERVAL);
  let probing = setTimeout(probe, liveness.interval);
  return {
    [Symbol.dispose]() {
      isDisposed = true;
      clearInterval(beating);
      clearTimeout(probing);
      pulse?.[Symbol.dispose]();
    },
  };
}
