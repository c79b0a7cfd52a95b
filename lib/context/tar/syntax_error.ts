/**
 * What a part of a tar archive breaks of the format's rules. The reader knows
 * the place and turns it into a `ContextError`.
 */
export class TarSyntaxError extends Error {
  override readonly name = "TarSyntaxError";
}
