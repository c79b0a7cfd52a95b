import { NEXT_STEP } from "./_step.ts";

/**
 * The end of a text that must not be parted from what follows: half a
 * surrogate pair, a carriage return before its line feed, or the beginning of
 * a control sequence (ECMA-48: CSI and OSC).
 */
const UNFINISHED =
  // deno-lint-ignore no-control-regex -- control characters are the subject
  /(?:[\ud800-\udbff]|\r|\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?)?)$/;

/** Longest end of a text that is taken for unfinished. */
const MAX_UNFINISHED = 256;

/**
 * Where an entry may end: with a line; anywhere but within a character or a
 * control sequence; or with the text, whatever that ends with.
 */
export type EntryEnd = "line" | "anywhere" | "text";

/**
 * Length of the first entry of a text, at most `maxLength` UTF-16 code units;
 * 0 when it has to wait for more text. A step is always the first thing in its
 * entry, since the manager sees only one in each.
 */
export function textEntryLength(
  text: string,
  { maxLength, end }: { maxLength: number; end: EntryEnd },
): number {
  const part = text.slice(0, maxLength);
  const step = part.search(NEXT_STEP);
  if (step >= 0) return step + 1;
  const lines = part.lastIndexOf("\n") + 1;
  if (part.length < text.length) return lines || finishedLength(part);
  switch (end) {
    case "line":
      return lines;
    case "anywhere":
      return finishedLength(part);
    case "text":
      return part.length;
  }
}

function finishedLength(text: string): number {
  const from = Math.max(0, text.length - MAX_UNFINISHED);
  const unfinished = text.slice(from).search(UNFINISHED);
  return unfinished < 0 ? text.length : from + unfinished;
}
