import { SubstitutionError } from "./_substitution_error.ts";

/** Characters that all substitutions of one Dockerfile may go through. */
const MAX_WORK = 2 * 1024 ** 2;

/**
 * Bounds the work that the variables of one Dockerfile may cause: a chain of
 * `ARG`s that double each other, or patterns that fit nowhere.
 */
export class Budget {
  #left = MAX_WORK;

  /**
   * Takes what a step is going to cost, in characters.
   *
   * @throws {SubstitutionError} when it is used up.
   */
  spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) {
      throw new SubstitutionError(
        "the variables expand to too much, use shorter values",
      );
    }
  }
}
