/** What the process's exit code tells whoever started it. */
export const EXIT_CODES = {
  /** The hosted build is over and reported, or the worker was drained. */
  done: 0,
  /** The manager rejected the worker, cannot be reached, or went away. */
  refused: 1,
  /** The configuration cannot be used. */
  configuration: 2,
  /** The running build was cancelled by a second signal, or dropped by a third. */
  forced: 3,
} as const;
