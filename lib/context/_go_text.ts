/**
 * How Go reads the bytes of a path as text, which decides what `?` and `[…]`
 * of a pattern match. Paths are byte strings here, as in `path.ts`.
 */
import { bytesOf } from "./path.ts";

const NOT_ASCII = /[\x80-\xff]/;

/** The characters of UTF-8 as byte strings (Unicode, table 3-7). */
const CHARACTER = [
  "[\\0-\\x7f]+",
  "[\\xc2-\\xdf][\\x80-\\xbf]",
  "\\xe0[\\xa0-\\xbf][\\x80-\\xbf]",
  "[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}",
  "\\xed[\\x80-\\x9f][\\x80-\\xbf]",
  "\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}",
  "[\\xf1-\\xf3][\\x80-\\xbf]{3}",
  "\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}",
].join("|");
const CHARACTER_OR_BYTE = new RegExp(`(${CHARACTER})|[\\x80-\\xff]`, "g");

/** U+FFFD as the byte string of its UTF-8. */
const REPLACEMENT = "\xef\xbf\xbd";

/** Unicode's white space as UTF-8: the set of Go's `unicode.IsSpace`. */
const SPACES =
  "(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)";
const LEADING_SPACES = new RegExp(`^${SPACES}+`);
const LAST_SPACE = new RegExp(`${SPACES}$`);
/** Bytes of the longest white space. */
const LONGEST_SPACE = 3;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text of a byte string. As in Go, each byte that is not UTF-8 becomes
 * U+FFFD by itself, where `TextDecoder` may join several into one.
 */
export function goText(byteString: string): string {
  if (!NOT_ASCII.test(byteString)) return byteString;
  const wellFormed = byteString.replace(
    CHARACTER_OR_BYTE,
    (_, character?: string) => character ?? REPLACEMENT,
  );
  return utf8.decode(bytesOf(wellFormed));
}

/** `strings.TrimSpace` of Go on a byte string. */
export function trimSpace(byteString: string): string {
  let end = byteString.length;
  for (;;) {
    const tail = byteString.slice(Math.max(end - LONGEST_SPACE, 0), end);
    const space = LAST_SPACE.exec(tail)?.[0];
    if (space === undefined) break;
    end -= space.length;
  }
  return byteString.slice(0, end).replace(LEADING_SPACES, "");
}

/** `path.Clean` of Go: the shortest path that means the same, `.` if none. */
export function cleanPattern(path: string): string {
  const isRooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isRooted) parts.push(part);
  }
  const cleaned = parts.join("/");
  if (isRooted) return `/${cleaned}`;
  return cleaned === "" ? "." : cleaned;
}
