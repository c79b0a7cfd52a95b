import { PatternError } from "./go_regexp/pattern_error.ts";

const UNCLOSED_CLASS = 'a "[" has no closing "]": add it, or write "\\["';

/** What cannot stand for itself in a class; U+FFFD is a byte outside UTF-8. */
const RESERVED = "-]\ufffd";

/**
 * Checks a pattern by the rules of Go's `filepath.Match`, as the CLI does
 * before it translates the pattern by rules of its own.
 *
 * @throws {PatternError} when a class or an escape is not complete.
 */
export function checkSyntax(pattern: string): void {
  for (let at = 0; at < pattern.length;) {
    if (pattern[at] === "[") {
      at = endOfClass(pattern, at + 1);
    } else if (pattern[at] !== "\\") {
      at++;
    } else if (at + 1 < pattern.length) {
      at += 2;
    } else {
      throw new PatternError('it ends in "\\", which escapes nothing');
    }
  }
}

function endOfClass(pattern: string, start: number): number {
  const first = pattern[start] === "^" ? start + 1 : start;
  let at = first;
  while (pattern[at] !== "]" || at === first) {
    at = endOfClassCharacter(pattern, at);
    if (pattern[at] === "-") at = endOfClassCharacter(pattern, at + 1);
  }
  return at + 1;
}

function endOfClassCharacter(pattern: string, start: number): number {
  const at = pattern[start] === "\\" ? start + 1 : start;
  const isBare = at === start && RESERVED.includes(pattern[at] ?? "-");
  const codePoint = pattern.codePointAt(at);
  if (codePoint === undefined) throw new PatternError(UNCLOSED_CLASS);
  if (isBare) {
    throw new PatternError(
      'a "[…]" is empty or has a range without an end: ' +
        'write "\\-" and "\\]" for the characters themselves',
    );
  }
  const end = at + String.fromCodePoint(codePoint).length;
  if (end === pattern.length) throw new PatternError(UNCLOSED_CLASS);
  return end;
}
