/**
 * What is wrong with a build package, and therefore who can mend it.
 *
 * - `transfer`: the package did not arrive whole, or cannot be kept
 * - `limit`: the package is larger than its limits allow
 * - `corrupt`: the archive breaks the rules of its format
 * - `truncated`: the archive ends too early
 * - `unsupported`: no archive and no Dockerfile, or a kind that cannot be read
 * - `context_missing`: the context is no directory of the package
 * - `dockerfile_missing`: the Dockerfile is not in the package
 * - `dockerfile_invalid`: the Dockerfile is empty, too large or no file
 * - `ignore_invalid`: the ignore file cannot be read or parsed
 * - `changed`: a file of a directory changed while it was sent, or is not
 *   readable
 */
export type ContextErrorKind =
  | "transfer"
  | "limit"
  | "corrupt"
  | "truncated"
  | "unsupported"
  | "context_missing"
  | "dockerfile_missing"
  | "dockerfile_invalid"
  | "ignore_invalid"
  | "changed";

/** A build package cannot give a build's context; the message says why. */
export class ContextError extends Error {
  override readonly name = "ContextError";
  readonly kind: ContextErrorKind;

  constructor(kind: ContextErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
