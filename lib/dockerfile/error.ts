/**
 * What is wrong with a Dockerfile.
 *
 * - `empty`: no instruction, or no `FROM`
 * - `encoding`: not text in UTF-8
 * - `too_large`: the file, a line of it, or the work that it asks for
 * - `syntax`: an instruction, a flag or a directive that cannot be read
 * - `unknown_instruction`: a line begins with no instruction there is
 * - `stage`: a stage's name, or a reference to a stage
 * - `image_name`: a `FROM` or `--from` names nothing that could be an image
 * - `substitution`: a `${…}` that cannot be worked out
 * - `needs_buildkit`: the classic builder would build it, but wrongly
 */
export type DockerfileErrorKind =
  | "empty"
  | "encoding"
  | "too_large"
  | "syntax"
  | "unknown_instruction"
  | "stage"
  | "image_name"
  | "substitution"
  | "needs_buildkit";

/** Options of {@linkcode DockerfileError}. */
export interface DockerfileErrorOptions extends ErrorOptions {
  /** The line at fault, counted from 1; where an instruction begins. */
  readonly line?: number | undefined;
}

/**
 * A Dockerfile that cannot be built. The message is for the person who wrote
 * it: where the mistake is, what it is, and what to write instead.
 */
export class DockerfileError extends Error {
  override readonly name = "DockerfileError";
  readonly kind: DockerfileErrorKind;
  /** The line at fault, counted from 1; none where it is the whole file. */
  readonly line: number | undefined;

  constructor(
    kind: DockerfileErrorKind,
    reason: string,
    options: DockerfileErrorOptions = {},
  ) {
    const { line } = options;
    const place = line === undefined ? "" : `, line ${line}`;
    super(`Cannot build the Dockerfile${place}: ${reason}`, options);
    this.kind = kind;
    this.line = line;
  }
}
