import { type CharacterSet, negate, rangesOf, setOf } from "./character_set.ts";
import { PatternError } from "./pattern_error.ts";

/** Something read from a regular expression, and where the rest begins. */
export interface Read<T> {
  readonly value: T;
  readonly next: number;
}

const LAST_OF_ASCII = 0x7f;

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

/** Punctuation itself, a control character, or one given by its number. */
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
  if (
    letter === "" || codePoint > LAST_OF_ASCII || /[0-9A-Za-z]/.test(letter)
  ) {
    throw new PatternError(
      `${NO_ESCAPE} "\\${letter && String.fromCodePoint(codePoint)}"`,
    );
  }
  return { value: codePoint, next: start + 2 };
}

/**
 * Reads one character, escaped or not; there must be one.
 *
 * @throws {PatternError} when Go would not compile it.
 */
export function readCharacter(source: string, at: number): Read<number> {
  if (source[at] === "\\") return readEscape(source, at);
  const codePoint = source.codePointAt(at) ?? 0;
  return {
    value: codePoint,
    next: at + String.fromCodePoint(codePoint).length,
  };
}
