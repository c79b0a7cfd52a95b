/** The worker's version, in step with the changelog. */
export const VERSION = "0.1.0";

/** The commit that the worker is made from; set by `deploy/build/stage.sh`. */
export const COMMIT = "unknown";
