import { BuildFailure } from "../../build/failure.ts";
import { shorten } from "../../text/shorten.ts";
import { WampError } from "../../wamp/errors.ts";
import { FAILURE_URIS } from "./uris.ts";

/** Longest `base_error`, in UTF-16 code units, but for the mark of what is left out. */
const MAX_BASE_ERROR = 64 * 1024;

/**
 * Turns what a build failed with into the answer to the manager. Anything but a
 * `BuildFailure` is internal, and tells nothing.
 */
export function toWampError(error: unknown): WampError {
  const failure = error instanceof BuildFailure ? error : new BuildFailure(
    "internal_error",
    "The build worker failed, its own log has the reason",
    { cause: error },
  );
  return new WampError(FAILURE_URIS[failure.kind], {
    kwargs: {
      base_error: shorten(failure.message, MAX_BASE_ERROR).toWellFormed(),
    },
    cause: failure,
  });
}
