import { crc32, deflateRawSync } from "node:zlib";
import { bytesOf } from "../../../lib/context/path.ts";
import { joinBytes } from "../tar/_archive.ts";

/** An entry of a zip archive that a test writes by hand; byte strings. */
export interface HandZipEntry {
  readonly name: string;
  readonly data?: string;
  /** What stands for the data, in place of what deflate makes of it. */
  readonly packed?: Uint8Array<ArrayBuffer>;
  /** Default: 8, deflate. */
  readonly method?: number;
  readonly flags?: number;
  /** System that made it; default 3, Unix. */
  readonly system?: number;
  /** Default: a file with mode 644 of Unix. */
  readonly attributes?: number;
  readonly extra?: Uint8Array<ArrayBuffer>;
  /** What the directory says in place of the truth. */
  readonly lie?: Partial<
    Record<"size" | "packedSize" | "crc" | "offset", number>
  >;
}

/** Options of {@linkcode handZip}. */
export interface HandZipOptions {
  readonly comment?: string;
  /** What the end says in place of the truth. */
  readonly entries?: number;
}

/** A zip archive of some entries. */
export function handZip(
  entries: readonly HandZipEntry[],
  { comment = "", ...options }: HandZipOptions = {},
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, data = "", method = 8, flags = 0, lie = {} } = entry;
    const bytes = bytesOf(data);
    const packed = entry.packed ??
      (method === 8 ? new Uint8Array(deflateRawSync(bytes)) : bytes);
    const extra = entry.extra ?? new Uint8Array(0);
    const sizes = [
      lie.crc ?? crc32(bytes),
      lie.packedSize ?? packed.length,
      lie.size ?? bytes.length,
    ];
    const common = [
      u16(20, flags, method, 0, 0x2821),
      u32(...sizes),
      u16(name.length, extra.length),
    ];
    const local = joinBytes([
      u32(0x04034b50),
      ...common,
      bytesOf(name),
      extra,
      packed,
    ]);
    directory.push(
      u32(0x02014b50),
      u16((entry.system ?? 3) << 8 | 20),
      ...common,
      u16(0, 0, 0),
      u32(entry.attributes ?? 0o100644 * 0x10000, lie.offset ?? offset),
      bytesOf(name),
      extra,
    );
    parts.push(local);
    offset += local.length;
  }
  const listing = joinBytes(directory);
  const count = options.entries ?? entries.length;
  return joinBytes([
    ...parts,
    listing,
    u32(0x06054b50),
    u16(0, 0, count, count),
    u32(listing.length, offset),
    u16(comment.length),
    bytesOf(comment),
  ]);
}

/** Numbers as zip writes them. */
export function u16(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(i * 2, value, true));
  return bytes;
}

/** Numbers as zip writes them. */
export function u32(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(i * 4, value, true));
  return bytes;
}
