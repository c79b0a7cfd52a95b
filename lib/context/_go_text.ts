/**
 * How Go reads the bytes of a path as text, which decides what `?` and `[…]`
 * of a pattern match. Paths are byte strings here, as in `path.ts`.
 */
import { bytesOf } from "./path.ts";

const NOT_ASCII = /[\x80-\xff]/;

/** Unicode's white space as UTF-8: the set of Go's `unicode.IsSpace`. */
const SPACES =
  "(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)";
const LEADING_SPACES = new RegExp(`^${SPACES}+`);
const LAST_SPACE = new RegExp(`${SPACES}$`);
/** Bytes of the longest white space. */
const LONGEST_SPACE = 3;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of a byte string. As in Go, each byte that is not UTF-8 becomes
 * U+FFFD by itself, where `TextDecoder` may join several into one.
 */
export function goText(byteString: string): string {
  if (!NOT_ASCII.test(byteString)) return byteString;
  const bytes = bytesOf(byteString);
  return decode(bytes) ?? decodeBytewise(bytes);
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

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeBytewise(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at] ?? 0);
    const sequence = decode(bytes.subarray(at, at + length));
    parts.push(sequence ?? "\ufffd");
    at += sequence === undefined ? 1 : length;
  }
  return parts.join("");
}

/** Bytes of the UTF-8 sequence that a first byte promises (RFC 3629). */
function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
