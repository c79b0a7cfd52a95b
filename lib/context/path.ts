import { Buffer } from "node:buffer";
import { quote as quoteText } from "../text/quote.ts";

/**
 * Names in archives are bytes. They are handled as byte strings: one UTF-16
 * code unit a byte, so that nothing is lost and comparing stays cheap. For
 * ASCII both forms are the same.
 */
const NOT_ASCII = /[\x80-\xff]/;

/** A part that `clean` has to take out: empty, `.` or `..`. */
const UNCLEAN = /(?:^|\/)\.{0,2}(?:\/|$)/;

const LONGEST_QUOTE = 200;

/** Bytes up to which characters can be arguments, which is the fastest way. */
const SHORT = 256;

/** The byte string of some bytes. */
export function byteStringOf(bytes: Uint8Array): string {
  if (bytes.length <= SHORT) {
    return Reflect.apply(String.fromCharCode, undefined, bytes);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("latin1");
}

/** The bytes of a byte string. */
export function bytesOf(byteString: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteString.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteString.charCodeAt(i);
  return bytes;
}

/** The byte string of a text's UTF-8 form. */
export function encodeName(text: string): string {
  return byteStringOf(new TextEncoder().encode(text));
}

/**
 * The text of a byte string that holds UTF-8. Bytes that are no UTF-8 become
 * U+FFFD, which no path that anyone can ask for holds.
 */
export function decodeName(byteString: string): string {
  return NOT_ASCII.test(byteString)
    ? new TextDecoder().decode(bytesOf(byteString))
    : byteString;
}

/** A text as messages show it: quoted, its control characters escaped. */
export function quote(text: string): string {
  return quoteText(text, { longest: LONGEST_QUOTE });
}

/** A byte string as messages show it. */
export function quoteName(byteString: string): string {
  return quote(decodeName(byteString));
}

/**
 * The path from the top to where a path of a package leads, without empty
 * parts, `.` and `..`; `..` stops at the top, as in the engine, which unpacks
 * in a chroot. Links are not looked at.
 */
export function cleanPath(path: string): string {
  // By far the most names are clean but for these.
  const start = path.startsWith("./") ? 2 : 0;
  const end = path.endsWith("/") ? -1 : undefined;
  const trimmed = path.slice(start, end);
  if (!UNCLEAN.test(trimmed)) return trimmed;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/**
 * The clean path that a person's path means, seen from a directory of a package
 * or, if it begins with a slash, from there as well; `undefined` if it leads
 * out of the package.
 */
export function resolvePath(
  directory: string,
  path: string,
): string | undefined {
  const parts = directory === "" ? [] : directory.split("/");
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** The directory that holds a clean path; `""` is the top. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** A path below a directory; both may be `""`. */
export function joinPath(directory: string, path: string): string {
  if (directory === "") return path;
  return path === "" ? directory : `${directory}/${path}`;
}

/** A clean path relative to a directory, or `undefined` if it lies outside. */
export function relativePath(
  directory: string,
  path: string,
): string | undefined {
  if (directory === "") return path;
  if (!path.startsWith(directory)) return undefined;
  if (path.length === directory.length) return "";
  return path[directory.length] === "/"
    ? path.slice(directory.length + 1)
    : undefined;
}
