import { ZipFields } from "./fields.ts";
import type { RandomAccess } from "./window_reader.ts";
import { zipError } from "./zip_error.ts";

/** Where a zip archive's directory is. */
export interface DirectoryPlace {
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly entries: number;
}

/** Record sizes and signatures (APPNOTE 4.3.14 to 4.3.16). */
const END_SIZE = 22;
const END_SIGNATURE = 0x06054b50;
const MAX_COMMENT = 0xffff;
const LOCATOR_SIZE = 20;
const LOCATOR_SIGNATURE = 0x07064b50;
const END64_SIZE = 56;
const END64_SIGNATURE = 0x06064b50;

/**
 * Finds the directory of a zip archive from the record at its end.
 *
 * @throws {ContextError} when there is none or it makes no sense.
 */
export async function findDirectory(
  bytes: RandomAccess,
): Promise<DirectoryPlace> {
  const tailOffset = Math.max(bytes.size - END_SIZE - MAX_COMMENT, 0);
  const tail = await bytes.read(tailOffset, END_SIZE + MAX_COMMENT);
  const at = findEnd(tail);
  if (at === undefined) {
    throw zipError("truncated", "its end, with the directory, is missing");
  }
  const endOffset = tailOffset + at;
  const fields = new ZipFields(tail.subarray(at));
  const place = await findDirectory64(bytes, endOffset) ?? {
    entries: fields.uint16(10),
    size: fields.uint32(12),
    offset: fields.uint32(16),
  };
  const disk = fields.uint16(4);
  if (disk !== 0 && disk !== 0xffff) {
    throw zipError("unsupported", "it is one of several parts");
  }
  if (place.offset + place.size > endOffset) {
    throw zipError("corrupt", "its directory is not where it should be");
  }
  return place;
}

/** The last end record whose comment fits into what is behind it. */
function findEnd(tail: Uint8Array<ArrayBuffer>): number | undefined {
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (tail[at] !== 0x50) continue;
    const fields = new ZipFields(tail.subarray(at));
    const fits = at + END_SIZE + fields.uint16(20) <= tail.length;
    if (fields.uint32(0) === END_SIGNATURE && fits) return at;
  }
  return undefined;
}

/** The place as zip64 has it, for archives that are too large for the other. */
async function findDirectory64(
  bytes: RandomAccess,
  endOffset: number,
): Promise<DirectoryPlace | undefined> {
  if (endOffset < LOCATOR_SIZE) return undefined;
  const locator = new ZipFields(
    await bytes.read(endOffset - LOCATOR_SIZE, LOCATOR_SIZE),
  );
  if (locator.uint32(0) !== LOCATOR_SIGNATURE) return undefined;
  const record = await bytes.read(locator.uint64(8), END64_SIZE);
  if (record.length < END64_SIZE) {
    throw zipError("corrupt", "its zip64 directory is not where it should be");
  }
  const fields = new ZipFields(record);
  if (fields.uint32(0) !== END64_SIGNATURE) {
    throw zipError("corrupt", "its zip64 directory is not where it should be");
  }
  return {
    entries: fields.uint64(32),
    size: fields.uint64(40),
    offset: fields.uint64(48),
  };
}
