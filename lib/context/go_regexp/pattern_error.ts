/** A pattern that the docker CLI refuses; the message says what is wrong. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}
