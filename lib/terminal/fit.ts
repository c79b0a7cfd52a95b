import sliceAnsi from "slice-ansi";
import stringWidth from "string-width";

/**
 * UTF-16 code units of a line that are looked at: more than the widest
 * terminal shows, so that a line without an end costs no more than another.
 */
const MAX_LENGTH = 4096;

/** The beginning of a control sequence (ECMA-48), or of a surrogate pair. */
// deno-lint-ignore no-control-regex
const HALF = /(?:\x1b(?:\[[0-?]*[ -/]*)?|[\ud800-\udbff])$/;

/**
 * A line cut to a number of columns, with an ellipsis where it is longer. Where
 * it is cut, its colours end.
 */
export function fitLine(line: string, columns: number): string {
  const isWhole = line.length <= MAX_LENGTH;
  const start = isWhole ? line : line.slice(0, MAX_LENGTH).replace(HALF, "");
  if (isWhole && stringWidth(start) <= columns) return start;
  return `${sliceAnsi(start, 0, Math.max(0, columns - 1))}…`;
}

/** Rows that a line takes on a terminal of so many columns. */
export function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(stringWidth(line) / columns));
}
