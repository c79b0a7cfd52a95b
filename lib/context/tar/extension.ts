import { bytesOf, byteStringOf } from "../path.ts";
import type { TarExtension } from "./entry.ts";
import {
  BLOCK_SIZE,
  FIELD,
  fieldOf,
  paddingOf,
  writeChecksum,
} from "./header.ts";
import { readNumber, writeAscii, writeNumber } from "./number.ts";
import { parsePax, type PaxRecord } from "./pax.ts";

/** A PAX header of a `TarExtension`. */
export type PaxExtension = Extract<TarExtension, { readonly type: "x" }>;

/**
 * Makes an extension of all its bytes: header block, content, padding.
 *
 * @throws {TarSyntaxError} when a PAX header is not well-formed.
 */
export function readExtension(
  type: TarExtension["type"],
  raw: Uint8Array<ArrayBuffer>,
): TarExtension {
  const size = readNumber(fieldOf(raw, FIELD.size));
  const content = byteStringOf(raw.subarray(BLOCK_SIZE, BLOCK_SIZE + size));
  return type === "x"
    ? { type, raw, records: parsePax(content) }
    : { type, raw, name: content.split("\0", 1)[0] ?? "" };
}

/** Makes a long name of GNU tar; `name` is a byte string. */
export function longNameExtension(
  type: "L" | "K",
  name: string,
): TarExtension {
  const block = new Uint8Array(BLOCK_SIZE);
  writeAscii(fieldOf(block, FIELD.name), "././@LongLink");
  writeAscii(fieldOf(block, FIELD.magic), "ustar  \0");
  writeAscii(fieldOf(block, FIELD.type), type);
  return { type, raw: withContent(block, `${name}\0`), name };
}

/** Makes a PAX header. */
export function paxExtension(records: readonly PaxRecord[]): PaxExtension {
  const block = new Uint8Array(BLOCK_SIZE);
  writeAscii(fieldOf(block, FIELD.name), "././@PaxHeader");
  writeAscii(fieldOf(block, FIELD.magic), "ustar\0" + "00");
  writeAscii(fieldOf(block, FIELD.type), "x");
  return withRecords(block, records);
}

/** A PAX header with other records; its own header block stays, but the size. */
export function replaceRecords(
  extension: PaxExtension,
  records: readonly PaxRecord[],
): PaxExtension {
  return withRecords(extension.raw.slice(0, BLOCK_SIZE), records);
}

function withRecords(
  block: Uint8Array<ArrayBuffer>,
  records: readonly PaxRecord[],
): PaxExtension {
  const content = records.map(({ raw }) => raw).join("");
  return { type: "x", raw: withContent(block, content), records };
}

function withContent(
  block: Uint8Array<ArrayBuffer>,
  content: string,
): Uint8Array<ArrayBuffer> {
  writeNumber(fieldOf(block, FIELD.size), content.length);
  writeChecksum(block);
  const padding = paddingOf(content.length);
  const raw = new Uint8Array(BLOCK_SIZE + content.length + padding);
  raw.set(block);
  raw.set(bytesOf(content), BLOCK_SIZE);
  return raw;
}
