/**
 * White space as Go's `unicode.IsSpace` has it. JavaScript's own `trim` and `\s`
 * differ: they know U+FEFF and not U+0085.
 */
const SPACE =
  /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Whether one character is white space. */
export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** Removes white space at the beginning. */
export function trimSpaceStart(text: string): string {
  let start = 0;
  while (isSpace(text.charAt(start))) start++;
  return text.slice(start);
}

/** Removes white space at both ends. */
export function trimSpace(text: string): string {
  let end = text.length;
  while (isSpace(text.charAt(end - 1))) end--;
  return trimSpaceStart(text.slice(0, end));
}

/** Removes any of some characters at the end. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
