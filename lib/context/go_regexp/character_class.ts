import { type CharacterSet, negate, rangesOf, setOf } from "./character_set.ts";
import { type Read, readCharacter, readClassEscape } from "./escape.ts";
import { PatternError } from "./pattern_error.ts";

/** Named classes, each with the ends of its ranges. */
const POSIX_CLASSES: ReadonlyMap<string, string> = new Map([
  ["alnum", "09AZaz"],
  ["alpha", "AZaz"],
  ["ascii", "\0\x7f"],
  ["blank", "\t\t  "],
  ["cntrl", "\0\x1f\x7f\x7f"],
  ["digit", "09"],
  ["graph", "!~"],
  ["lower", "az"],
  ["print", " ~"],
  ["punct", "!/:@[`{~"],
  ["space", "\t\r  "],
  ["upper", "AZ"],
  ["word", "09AZaz__"],
  ["xdigit", "09AFaf"],
]);

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

function readNamedClass(
  source: string,
  at: number,
): Read<CharacterSet> | undefined {
  if (!source.startsWith("[:", at)) return undefined;
  const end = source.indexOf(":]", at + 2);
  if (end < 0) return undefined;
  const name = source.slice(at + 2, end);
  const ranges = POSIX_CLASSES.get(name.replace(/^\^/, ""));
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
  if (!isRange) {
    return { value: (c) => c === low.value, next: low.next };
  }

  const high = readCharacter(source, low.next + 1);
  if (high.value < low.value) {
    throw new PatternError(
      `the range "${source.slice(at, high.next)}" runs backwards`,
    );
  }
  return { value: setOf([[low.value, high.value]]), next: high.next };
}
