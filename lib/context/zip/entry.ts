import { MAX_PATH_BYTES } from "../limits.ts";
import { cleanPath } from "../path.ts";
import { dosTime, EXTRA, parseExtra, unixTime } from "./extra.ts";
import { ZipFields } from "./fields.ts";
import { readZipName } from "./name.ts";
import { zipError } from "./zip_error.ts";

/** Bytes of an entry of the directory before its name (APPNOTE 4.3.12). */
export const RECORD_SIZE = 46;

const RECORD_SIGNATURE = 0x02014b50;

/** Unix and OS X as the systems that made an entry (APPNOTE 4.4.2). */
const UNIX_SYSTEMS: readonly number[] = [3, 19];

/** General purpose flags (APPNOTE 4.4.4). */
const ENCRYPTED_FLAGS = 1 << 0 | 1 << 6 | 1 << 13;
const UTF8_FLAG = 1 << 11;

/** File types among the mode bits of Unix. */
const TYPE_BITS = 0o170000;
const TYPE_SYMLINK = 0o120000;
const TYPE_DIRECTORY = 0o040000;

/** Attributes of MS-DOS. */
const DOS_READ_ONLY = 1;
const DOS_DIRECTORY = 16;

/** A number that has moved to the zip64 block. */
const MOVED = 0xffffffff;

/** One entry of a zip archive, as its directory describes it. */
export interface ZipEntry {
  /** Clean path, as a byte string. */
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink";
  /** Permission bits. */
  readonly mode: number;
  /** Time of the last change, in whole seconds since 1970. */
  readonly mtime: number;
  readonly encrypted: boolean;
  /** How it is packed: 0 stored, 8 deflated, others (APPNOTE 4.4.5). */
  readonly method: number;
  readonly crc: number;
  /** Bytes. */
  readonly packedSize: number;
  /** Bytes. */
  readonly size: number;
  /** Where its local header is. */
  readonly offset: number;
}

/** Bytes of a whole entry of the directory, by its first ones. */
export function recordLength(start: Uint8Array<ArrayBuffer>): number {
  const fields = start.length < RECORD_SIZE ? undefined : new ZipFields(start);
  if (fields?.uint32(0) !== RECORD_SIGNATURE) {
    throw zipError("corrupt", "its directory is damaged");
  }
  return RECORD_SIZE + fields.uint16(28) + fields.uint16(30) +
    fields.uint16(32);
}

/**
 * Reads an entry of the directory.
 *
 * @throws {ContextError} when it makes no sense.
 */
export function parseRecord(record: Uint8Array<ArrayBuffer>): ZipEntry {
  const fields = new ZipFields(record);
  const extraStart = RECORD_SIZE + fields.uint16(28);
  const extra = parseExtra(
    record.subarray(extraStart, extraStart + fields.uint16(30)),
  );
  const flags = fields.uint16(8);
  const unix = UNIX_SYSTEMS.includes(fields.uint16(4) >> 8);
  const nameBytes = record.subarray(RECORD_SIZE, extraStart);
  const name = readZipName(nameBytes, {
    utf8: (flags & UTF8_FLAG) !== 0,
    unix,
    extra,
  });
  if (name.length > MAX_PATH_BYTES) {
    const detail = `a name has ${name.length} bytes, ` +
      `at most ${MAX_PATH_BYTES} are allowed`;
    throw zipError("limit", detail, { name });
  }
  return {
    path: cleanPath(name),
    ...attributesOf(fields.uint32(38), unix, name.endsWith("/")),
    mtime: unixTime(extra.get(EXTRA.time)) ??
      dosTime(fields.uint16(14), fields.uint16(12)),
    encrypted: (flags & ENCRYPTED_FLAGS) !== 0,
    method: fields.uint16(10),
    crc: fields.uint32(16),
    ...sizesOf(fields, extra.get(EXTRA.zip64)),
  };
}

/** Without Unix's mode, what `unzip` gives under the usual umask. */
function attributesOf(
  attributes: number,
  unix: boolean,
  hasSlash: boolean,
): Pick<ZipEntry, "kind" | "mode"> {
  const unixMode = unix ? attributes >>> 16 : 0;
  const type = unixMode & TYPE_BITS;
  const permissions = unixMode & 0o7777;
  if (type === TYPE_SYMLINK) return { kind: "symlink", mode: 0o777 };
  if (
    hasSlash || type === TYPE_DIRECTORY || (attributes & DOS_DIRECTORY) !== 0
  ) {
    return { kind: "directory", mode: unixMode === 0 ? 0o755 : permissions };
  }
  const standard = !unix && (attributes & DOS_READ_ONLY) !== 0 ? 0o444 : 0o644;
  return { kind: "file", mode: unixMode === 0 ? standard : permissions };
}

/** The numbers that move to the zip64 block, in this order, where too large. */
function sizesOf(
  fields: ZipFields,
  block: Uint8Array<ArrayBuffer> | undefined,
): Pick<ZipEntry, "size" | "packedSize" | "offset"> {
  const large = block === undefined ? undefined : new ZipFields(block);
  let at = 0;
  const [size, packedSize, offset] = [24, 20, 42].map((field) => {
    const value = fields.uint32(field);
    if (value !== MOVED || large === undefined) return value;
    if (at + 8 > (block?.length ?? 0)) {
      throw zipError("corrupt", "its directory lacks a size");
    }
    at += 8;
    return large.uint64(at - 8);
  });
  return { size: size ?? 0, packedSize: packedSize ?? 0, offset: offset ?? 0 };
}
