import { byteStringOf } from "../path.ts";
import { readNumber, writeAscii } from "./number.ts";
import { TarSyntaxError } from "./syntax_error.ts";

/** Everything in a tar archive is made of blocks of this many bytes. */
export const BLOCK_SIZE = 512;

/** A field of a header block: where it begins and where it ends. */
export type Field = readonly [start: number, end: number];

/** The fields of a header block (POSIX.1-1988; GNU tar's `tar.h`). */
export const FIELD = {
  name: [0, 100],
  mode: [100, 108],
  uid: [108, 116],
  gid: [116, 124],
  size: [124, 136],
  mtime: [136, 148],
  checksum: [148, 156],
  type: [156, 157],
  linkName: [157, 257],
  magic: [257, 265],
  major: [329, 337],
  minor: [337, 345],
  prefix: [345, 500],
  /** The prefix of star, which keeps two times behind it. */
  starPrefix: [345, 476],
  starTrailer: [508, 512],
  /** GNU sparse files: whether a block of more extents follows. */
  gnuExtended: [482, 483],
  /** GNU sparse files: the size with the holes. */
  gnuRealSize: [483, 495],
} as const satisfies Record<string, Field>;

/** Which dialect wrote a header; `v7` is all that is not one of the others. */
export type HeaderFormat = "v7" | "ustar" | "star" | "gnu";

/** The part of a header block that a field names. */
export function fieldOf(
  block: Uint8Array<ArrayBuffer>,
  [start, end]: Field,
): Uint8Array<ArrayBuffer> {
  return block.subarray(start, end);
}

/** The bytes of a text field up to its first NUL. */
export function readText(
  block: Uint8Array<ArrayBuffer>,
  field: Field,
): string {
  const bytes = fieldOf(block, field);
  const end = bytes.indexOf(0);
  return byteStringOf(end === -1 ? bytes : bytes.subarray(0, end));
}

/** The dialect of a header block, by its magic as Go's archive/tar tells it. */
export function formatOf(block: Uint8Array<ArrayBuffer>): HeaderFormat {
  if (holds(block, FIELD.magic, "ustar  \0")) return "gnu";
  if (!holds(block, FIELD.magic, "ustar\0")) return "v7";
  return holds(block, FIELD.starTrailer, "tar\0") ? "star" : "ustar";
}

function holds(block: Uint8Array, [start]: Field, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (block[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** The field that holds the front of a long name, where the dialect has one. */
export function prefixField(format: HeaderFormat): Field | undefined {
  switch (format) {
    case "ustar":
      return FIELD.prefix;
    case "star":
      return FIELD.starPrefix;
    case "gnu":
    case "v7":
      return undefined;
  }
}

/** The name of an entry as its header block has it. */
export function readName(block: Uint8Array<ArrayBuffer>): string {
  const name = readText(block, FIELD.name);
  const field = prefixField(formatOf(block));
  const prefix = field === undefined ? "" : readText(block, field);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Whether a block holds nothing but zeros. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/**
 * Checks that a block is a header.
 *
 * @throws {TarSyntaxError} when its checksum says that it is none.
 */
export function verifyChecksum(block: Uint8Array<ArrayBuffer>): void {
  const expected = readNumber(fieldOf(block, FIELD.checksum));
  if (expected === sumBlock(block)) return;
  // Some old writers summed signed characters; readers take both.
  const isSigned = expected === sumBlock(new Int8Array(block));
  if (!isSigned) throw new TarSyntaxError("a header has a wrong checksum");
}

/** Whether bytes can be the first of a tar archive, which may have no entry. */
export function isTarStart(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (bytes.length < BLOCK_SIZE) return false;
  const block = bytes.subarray(0, BLOCK_SIZE);
  try {
    if (!isZeroBlock(block)) verifyChecksum(block);
    return true;
  } catch (error) {
    if (error instanceof TarSyntaxError) return false;
    throw error;
  }
}

/** Puts the right checksum into a header block. */
export function writeChecksum(block: Uint8Array<ArrayBuffer>): void {
  const digits = sumBlock(block).toString(8).padStart(6, "0");
  writeAscii(fieldOf(block, FIELD.checksum), `${digits}\0 `);
}

/** Sums a block with spaces in place of its checksum. */
function sumBlock(block: Uint8Array | Int8Array): number {
  const [start, end] = FIELD.checksum;
  let sum = (end - start) * 0x20;
  for (let i = 0; i < start; i++) sum += block[i] ?? 0;
  for (let i = end; i < BLOCK_SIZE; i++) sum += block[i] ?? 0;
  return sum;
}

/** How many bytes follow `size` bytes of data to fill their last block. */
export function paddingOf(size: number): number {
  return (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE;
}
