/** What the process's exit code tells whoever started it. */
export const EXIT_CODES = {
  /**
   * The hosted build is over and reported, or the worker was drained; the other
   * commands: all is well.
   */
  done: 0,
  /**
   * The manager rejected the worker, cannot be reached, or went away; or a
   * hosted worker waited for its engine in vain.
   */
  refused: 1,
  /** Something happened that nobody thought of: a fault of this program. */
  fault: 1,
  /** `doctor` found something wrong. */
  unfit: 1,
  /** The configuration, or the command line, cannot be used. */
  configuration: 2,
  /**
   * The running build was cancelled by a second signal or the end of
   * `DRAIN_TIMEOUT`, or dropped by a third signal; `build`: it was cancelled.
   */
  forced: 3,
  /** `build`: there is no image, the output says why. */
  failed: 4,
} as const;
