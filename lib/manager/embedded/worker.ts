/**
 * Where a worker stands.
 *
 * - `expected`: nobody has joined the realm yet
 * - `joined`: in the realm, but not ready
 * - `ready`: waits for a build
 * - `building`: has one
 * - `finished`: hosted, and its one build is over
 * - `gone`: away; its realm is closed
 */
export type WorkerState =
  | "expected"
  | "joined"
  | "ready"
  | "building"
  | "finished"
  | "gone";

/** The heartbeats of a worker. */
export interface Heartbeats {
  /** How many came. */
  readonly count: number;
  /** When the last one came, in milliseconds since the epoch; 0 for never. */
  readonly lastAt: number;
  /** The longest time between two, in milliseconds. */
  readonly longestGap: number;
}

/** A worker as its manager sees it; changes as time goes by. */
export interface EmbeddedWorker {
  readonly realm: string;
  readonly isHosted: boolean;
  readonly state: WorkerState;
  readonly heartbeats: Heartbeats;
}

/** A worker that is started for one build, with what it has to show. */
export interface HostedWorker {
  readonly realm: string;
  readonly token: string;
}
