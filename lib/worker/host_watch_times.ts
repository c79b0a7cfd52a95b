/** The pace of a `HostWatch`; all in milliseconds. */
export interface HostWatchTimes {
  /** Between two looks while all is well. */
  readonly interval: number;
  /** Between two looks while the engine is away. */
  readonly retry: number;
  /** How long the engine may take for a sign of life. */
  readonly pingLimit: number;
  /** How long an engine may be silent before its builds are given up. */
  readonly patience: number;
  /** How long builds wait for what is taken back before them. */
  readonly cleanUpLimit: number;
  /** How long the engine may take to tell what it stores. */
  readonly diskLimit: number;
  /** Between two looks at a disk with enough room; each build looks anew. */
  readonly diskInterval: number;
  /** Between two warnings of the same trouble. */
  readonly reminder: number;
}

/**
 * An engine that went away is noticed within 15 seconds, and its return within
 * one. A busy engine may be silent for a while: a build is given up after a
 * minute, as long as the manager waits for a worker that is silent.
 */
export const DEFAULT_TIMES: HostWatchTimes = {
  interval: 10_000,
  retry: 1_000,
  pingLimit: 5_000,
  patience: 60_000,
  cleanUpLimit: 60_000,
  diskLimit: 20_000,
  diskInterval: 60_000,
  reminder: 60_000,
};
