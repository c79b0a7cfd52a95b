/** Causes of causes that are told: a longer chain is likely to be a circle. */
const MAX_DEPTH = 8;

/** Options of {@linkcode ErrorDetail}. */
export interface ErrorDetailOptions {
  /** Whether to tell where the error came from. */
  readonly frames: boolean;
}

/** What a line of the log tells of something that was thrown. */
export class ErrorDetail {
  readonly name: string;
  readonly message: string;
  /** Where it came from, the innermost frame first. */
  readonly frames?: readonly string[];
  readonly cause?: ErrorDetail;
  /** The errors that an `AggregateError` is made of. */
  readonly errors?: readonly ErrorDetail[];

  constructor(
    error: unknown,
    options: ErrorDetailOptions,
    depth: number = MAX_DEPTH,
  ) {
    if (!(error instanceof Error)) {
      this.name = typeof error;
      this.message = String(error);
      return;
    }
    this.name = error.name;
    this.message = error.message;
    if (options.frames) this.frames = framesOf(error.stack);
    if (depth === 0) return;
    const tell = (inner: unknown) => new ErrorDetail(inner, options, depth - 1);
    if (error.cause !== undefined) this.cause = tell(error.cause);
    if (error instanceof AggregateError) this.errors = error.errors.map(tell);
  }
}

/** The frames of a stack, without the message that comes before. */
function framesOf(stack = ""): string[] {
  return stack.split("\n").map((line) => line.trim())
    .filter((line) => line.startsWith("at "));
}
