import type { FailureKind } from "../build/failure.ts";

/** Follows the heartbeats of one session. Disposing says that it is over. */
export interface Pulse extends Disposable {
  /** A heartbeat was sent. */
  beat(): void;
}

/**
 * Watches the line to a manager, for metrics and health. Its methods do not
 * throw, and have nobody wait for them.
 */
export interface ManagerObserver {
  /** A session is tried to be had. */
  onConnect(): void;
  /** A session has begun to send heartbeats. */
  onSession(): Pulse;
  /** A build is over before it began: it makes no sense, or cannot run now. */
  onRefused(failure: FailureKind): void;
}
