import { bytesOf } from "../../../lib/context/path.ts";
import {
  BLOCK_SIZE,
  FIELD,
  fieldOf,
  paddingOf,
  writeChecksum,
} from "../../../lib/context/tar/header.ts";
import { writeAscii, writeNumber } from "../../../lib/context/tar/number.ts";

/** An entry of an archive that a test writes by hand; byte strings. */
export interface HandEntry {
  readonly name: string;
  /** Default: `0`, a file. */
  readonly type?: string;
  readonly linkName?: string;
  readonly data?: string;
  /** Default: the length of `data`. */
  readonly size?: number;
  /** Default: `ustar\0` + `00`. */
  readonly magic?: string;
  readonly prefix?: string;
  /** Changes the block before its checksum is written. */
  readonly change?: (block: Uint8Array<ArrayBuffer>) => void;
}

/** The blocks of an entry, true or not. */
export function handEntry(entry: HandEntry): Uint8Array<ArrayBuffer> {
  const { data = "", type = "0", linkName = "", prefix = "" } = entry;
  const block = new Uint8Array(BLOCK_SIZE);
  writeAscii(fieldOf(block, FIELD.name), entry.name.slice(0, 100));
  writeNumber(fieldOf(block, FIELD.mode), 0o644);
  writeNumber(fieldOf(block, FIELD.size), entry.size ?? data.length);
  writeNumber(fieldOf(block, FIELD.mtime), 1_000_000_000);
  writeAscii(fieldOf(block, FIELD.type), type);
  writeAscii(fieldOf(block, FIELD.linkName), linkName.slice(0, 100));
  writeAscii(fieldOf(block, FIELD.magic), entry.magic ?? "ustar\0" + "00");
  if (prefix !== "") writeAscii(fieldOf(block, FIELD.prefix), prefix);
  entry.change?.(block);
  writeChecksum(block);
  return joinBytes([
    block,
    bytesOf(data),
    new Uint8Array(paddingOf(data.length)),
  ]);
}

/** An archive of some entries, with its end. */
export function handArchive(
  ...entries: readonly HandEntry[]
): Uint8Array<ArrayBuffer> {
  const end = new Uint8Array(2 * BLOCK_SIZE);
  return joinBytes([...entries.map(handEntry), end]);
}

/** All bytes in a row. */
export function joinBytes(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
