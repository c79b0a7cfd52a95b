/**
 * The character classes and escapes of Go's `regexp/syntax` (as of Go 1.26),
 * as far as they can occur in what the docker CLI makes of a pattern.
 */

/** Whether a code point belongs to the set. */
export type CharacterSet = (codePoint: number) => boolean;

/** A pattern that Go's compiler refuses; the message says what is wrong. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/** Something read from a regular expression, and where the rest begins. */
export interface Read<T> {
  readonly value: T;
  readonly next: number;
}

type Range = readonly [low: number, high: number];

const ASCII = 0x7f;

/** Named classes, as pairs of the first and last character of each range. */
const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: "09AZaz",
  alpha: "AZaz",
  ascii: "\0\x7f",
  blank: "\t\t  ",
  cntrl: "\0\x1f\x7f\x7f",
  digit: "09",
  graph: "!~",
  lower: "az",
  print: " ~",
  punct: "!/:@[`{~",
  space: "\t\r  ",
  upper: "AZ",
  word: "09AZaz__",
  xdigit: "09AFaf",
};

/** `\d`, `\s`, `\w`; upper case negates. */
const PERL_CLASSES: Readonly<Record<string, string>> = {
  d: "09",
  s: "\t\n\f\r  ",
  w: "09AZaz__",
};

/** Unicode's general categories, as far as one letter names them. */
const CATEGORIES = "CLMNPSZ";

const NO_ESCAPE =
  'separate directories by "/" and escape nothing but punctuation, there is no';

const CONTROL_ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
};

/** Whether a code point is a letter, digit or underscore of ASCII. */
export const isWordCharacter: CharacterSet = setOf(rangesOf("09AZaz__"));

function only(codePoint: number): CharacterSet {
  return (other) => other === codePoint;
}

/**
 * Reads the class that begins with the `[` at `start`.
 *
 * @throws {PatternError} when Go would not compile it.
 */
export function readClass(source: string, start: number): Read<CharacterSet> {
  const isNegated = source[start + 1] === "^";
  const first = start + (isNegated ? 2 : 1);
  const sets: CharacterSet[] = [];
  let at = first;
  while (source[at] !== "]" || at === first) {
    if (at >= source.length) throw new PatternError('a "[" has no closing "]"');
    const item = readNamedClass(source, at) ?? readClassEscape(source, at) ??
      readRange(source, at);
    sets.push(item.value);
    at = item.next;
  }
  const holds: CharacterSet = (c) => sets.some((set) => set(c));
  return { value: isNegated ? negate(holds) : holds, next: at + 1 };
}

/**
 * Reads `\d`, `\s`, `\w`, a category of Unicode (`\pL`), or the negation of one
 * of them at `at`, if one is there.
 *
 * @throws {PatternError} when there is no such category.
 */
export function readClassEscape(
  source: string,
  at: number,
): Read<CharacterSet> | undefined {
  const letter = source[at] === "\\" ? source[at + 1] ?? "" : "";
  const isNegated = letter !== letter.toLowerCase();
  const ranges = PERL_CLASSES[letter.toLowerCase()];
  if (ranges !== undefined) {
    const set = setOf(rangesOf(ranges));
    return { value: isNegated ? negate(set) : set, next: at + 2 };
  }
  if (letter.toLowerCase() !== "p") return undefined;

  const category = source[at + 2] ?? "";
  if (!CATEGORIES.includes(category) || category === "") {
    throw new PatternError(`${NO_ESCAPE} "\\${letter}${category}"`);
  }
  const form = new RegExp(`^\\p{${category}}$`, "u");
  const set: CharacterSet = (c) => form.test(String.fromCodePoint(c));
  return { value: isNegated ? negate(set) : set, next: at + 3 };
}

/**
 * Reads the escape that begins with the `\` at `start`: the character itself
 * for punctuation, a control character, or one given by its number.
 *
 * @throws {PatternError} when Go would not compile it.
 */
function readEscape(source: string, start: number): Read<number> {
  const letter = source[start + 1] ?? "";
  const control = CONTROL_ESCAPES[letter];
  if (control !== undefined) return { value: control, next: start + 2 };

  const rest = source.slice(start + 1);
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)?.[0];
  if (octal !== undefined) {
    return { value: parseInt(octal, 8), next: start + 1 + octal.length };
  }
  const hex = /^x([0-9A-Fa-f]{2})/.exec(rest)?.[1];
  if (hex !== undefined) return { value: parseInt(hex, 16), next: start + 4 };

  const codePoint = source.codePointAt(start + 1) ?? 0;
  if (letter === "" || codePoint > ASCII || /[0-9A-Za-z]/.test(letter)) {
    throw new PatternError(
      `${NO_ESCAPE} "\\${letter && String.fromCodePoint(codePoint)}"`,
    );
  }
  return { value: codePoint, next: start + 2 };
}

function readNamedClass(
  source: string,
  at: number,
): Read<CharacterSet> | undefined {
  if (!source.startsWith("[:", at)) return undefined;
  const end = source.indexOf(":]", at + 2);
  if (end < 0) return undefined;
  const name = source.slice(at + 2, end);
  const ranges = POSIX_CLASSES[name.replace(/^\^/, "")];
  if (ranges === undefined) {
    throw new PatternError(`"[:${name}:]" is not a character class`);
  }
  const set = setOf(rangesOf(ranges));
  return { value: name.startsWith("^") ? negate(set) : set, next: end + 2 };
}

function readRange(source: string, at: number): Read<CharacterSet> {
  const low = readCharacter(source, at);
  const isRange = source[low.next] === "-" && source[low.next + 1] !== "]" &&
    low.next + 1 < source.length;
  if (!isRange) return { value: only(low.value), next: low.next };

  const high = readCharacter(source, low.next + 1);
  if (high.value < low.value) {
    throw new PatternError(
      `the range "${source.slice(at, high.next)}" runs backwards`,
    );
  }
  return { value: setOf([[low.value, high.value]]), next: high.next };
}

/** Reads one character, escaped or not. */
export function readCharacter(source: string, at: number): Read<number> {
  if (source[at] === "\\") return readEscape(source, at);
  const codePoint = source.codePointAt(at);
  if (codePoint === undefined) {
    throw new PatternError('a "[" has no closing "]"');
  }
  return {
    value: codePoint,
    next: at + String.fromCodePoint(codePoint).length,
  };
}

function rangesOf(pairs: string): Range[] {
  const ranges: Range[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    ranges.push([pairs.charCodeAt(i), pairs.charCodeAt(i + 1)]);
  }
  return ranges;
}

function setOf(ranges: readonly Range[]): CharacterSet {
  return (c) => ranges.some(([low, high]) => low <= c && c <= high);
}

function negate(set: CharacterSet): CharacterSet {
  return (c) => !set(c);
}
