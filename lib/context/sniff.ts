import type { Compression } from "./compression.ts";
import { isTarStart } from "./tar/header.ts";

/** Bytes from the front of a package that are enough for {@linkcode sniff}. */
export const SNIFF_LENGTH = 512;

/** What a package is by its content. */
export type PackageFormat =
  | { readonly kind: "tar" }
  | {
    readonly kind: "compressed";
    readonly compression: Exclude<Compression, "none">;
  }
  | { readonly kind: "zip" }
  /** Text that may be a Dockerfile; `likely` when it reads like one. */
  | { readonly kind: "text"; readonly likely: boolean }
  /** A web page, or another document that cannot be a Dockerfile. */
  | { readonly kind: "document" }
  | { readonly kind: "empty" }
  | { readonly kind: "unknown" };

/** How the formats begin, as their specifications say. */
const MAGIC: readonly (readonly [readonly number[], PackageFormat])[] = [
  [[0x1f, 0x8b], { kind: "compressed", compression: "gzip" }],
  [[0x42, 0x5a, 0x68], { kind: "compressed", compression: "bzip2" }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], {
    kind: "compressed",
    compression: "xz",
  }],
  [[0x28, 0xb5, 0x2f, 0xfd], { kind: "compressed", compression: "zstd" }],
  [[0x50, 0x4b, 3, 4], { kind: "zip" }],
  // A zip archive without entries has nothing but its end.
  [[0x50, 0x4b, 5, 6], { kind: "zip" }],
];

/** Control characters that no text holds. */
// deno-lint-ignore no-control-regex
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

/** The first line that is not empty and not a comment begins an image. */
const DOCKERFILE_START = /^(?:\s*(?:#[^\n]*)?\n)*\s*(?:FROM|ARG)\s/i;

/** Says what a package is by how it begins; `head` may be longer or all of it. */
export function sniff(head: Uint8Array<ArrayBuffer>): PackageFormat {
  if (head.length === 0) return { kind: "empty" };
  for (const [magic, format] of MAGIC) {
    if (magic.every((byte, i) => head[i] === byte)) return format;
  }
  if (isTarStart(head)) return { kind: "tar" };
  const text = new TextDecoder().decode(head.subarray(0, SNIFF_LENGTH));
  if (BINARY.test(text)) return { kind: "unknown" };
  if (/^\s*[<{[]/.test(text)) return { kind: "document" };
  return { kind: "text", likely: DOCKERFILE_START.test(text) };
}
