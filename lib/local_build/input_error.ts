/** What a person named to be built, or to be pushed to, cannot be. */
export class BuildInputError extends Error {
  override readonly name = "BuildInputError";
}
