import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/**
 * How many letters of a misspelt word differ at most: one, or the two of a pair
 * that was swapped. With more, other words are taken for misspelt ones.
 */
function mostDifferent({ length }: string): number {
  return length < 4 ? 1 : 2;
}

/**
 * The one of `known` that somebody who wrote `word` may have meant, in any
 * case; `undefined` where none is near, or `word` is one of them.
 */
export function nearest(
  word: string,
  known: readonly string[],
): string | undefined {
  if (known.length === 0 || known.includes(word)) return undefined;
  const found = closestString(word, known);
  const distance = levenshteinDistance(word.toLowerCase(), found.toLowerCase());
  return distance <= mostDifferent(found) ? found : undefined;
}

/** The end of a message about an unknown word: `, did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  return found === undefined ? "" : `, did you mean "${found}"?`;
}
