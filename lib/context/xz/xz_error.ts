import { ContextError, type ContextErrorKind } from "../error.ts";

/** An error about bytes that are packed with xz. */
export function xzError(kind: ContextErrorKind, detail: string): ContextError {
  return new ContextError(kind, `Cannot unpack the package with xz: ${detail}`);
}
