/**
 * What one builder is doing.
 *
 * - `connecting`: registers with the manager, waits for its consent, or to try
 *   that again
 * - `waiting_for_engine`: the engine does not answer, so it takes no builds
 * - `waiting_for_disk`: the engine's disk is too full, so it takes no builds
 * - `ready`: registered, waits for a build
 * - `building`: runs one
 * - `draining`: was asked to leave, and finishes its build
 * - `stopped`: its life is over
 */
export type BuilderState =
  | "connecting"
  | "waiting_for_engine"
  | "waiting_for_disk"
  | "ready"
  | "building"
  | "draining"
  | "stopped";

/** What is known of the engine's disk. */
export interface DiskState {
  /** Bytes; `undefined` where nobody tells. */
  readonly free: number | undefined;
  /** Bytes that shall be free. */
  readonly floor: number;
}

/**
 * Watches a worker live: for metrics and health. Its methods are called at
 * once with every change, must not throw, and have nobody wait for them.
 */
export interface WorkerObserver {
  /** `builder` counts from 1. */
  onBuilder?(builder: number, state: BuilderState): void;
  /** Whether the engine answers; `reason` says why it does not. */
  onEngine?(isThere: boolean, reason?: string): void;
  /** Told after every look at the disk. */
  onDisk?(state: DiskState): void;
}
