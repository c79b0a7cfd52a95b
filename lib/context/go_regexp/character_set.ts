/** Whether a code point belongs to the set. */
export type CharacterSet = (codePoint: number) => boolean;

/** The first and the last code point of those in between. */
export type Range = readonly [low: number, high: number];

/** Letters, digits and the underscore of ASCII. */
export const isWordCharacter: CharacterSet = setOf(rangesOf("09AZaz__"));

/** Reads ranges off a text that holds the two ends of each: `09AZ`. */
export function rangesOf(ends: string): Range[] {
  const ranges: Range[] = [];
  for (let i = 0; i < ends.length; i += 2) {
    ranges.push([ends.charCodeAt(i), ends.charCodeAt(i + 1)]);
  }
  return ranges;
}

/** The set of all that is in one of some ranges. */
export function setOf(ranges: readonly Range[]): CharacterSet {
  return (c) => ranges.some(([low, high]) => low <= c && c <= high);
}

/** The set of all that is not in another. */
export function negate(set: CharacterSet): CharacterSet {
  return (c) => !set(c);
}
