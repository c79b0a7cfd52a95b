/** A word whose quotes or variables cannot be worked out. */
export class SubstitutionError extends Error {
  override readonly name = "SubstitutionError";
}
