import { ContextError, type ContextErrorKind } from "../error.ts";

/** An error about bytes that are packed with bzip2. */
export function bzip2Error(
  kind: ContextErrorKind,
  detail: string,
): ContextError {
  return new ContextError(
    kind,
    `Cannot unpack the package with bzip2: ${detail}`,
  );
}
