import type { ContextLimits } from "../limits.ts";
import { findDirectory } from "./end_record.ts";
import {
  parseRecord,
  RECORD_SIZE,
  recordLength,
  type ZipEntry,
} from "./entry.ts";
import { LOCAL_HEADER_SIZE } from "./local_header.ts";
import { type RandomAccess, WindowReader } from "./window_reader.ts";
import { zipError } from "./zip_error.ts";

/** What a zip archive may hold. */
export type ZipLimits = Pick<ContextLimits, "unpackedBytes" | "entries">;

/**
 * Reads the directory of a zip archive entry by entry, never holding more than
 * a part of it.
 *
 * @throws {ContextError} when it is damaged, when it breaks a limit, or when
 * entries lie over each other, which is what bombs are made of.
 */
export async function* readDirectory(
  bytes: RandomAccess,
  limits: ZipLimits,
): AsyncGenerator<ZipEntry, void> {
  const place = await findDirectory(bytes);
  if (place.entries > limits.entries) {
    throw zipError("limit", `it holds more than ${limits.entries} entries`);
  }
  const reader = new WindowReader(bytes);
  const end = place.offset + place.size;
  let at = place.offset;
  let unpacked = 0;
  let packed = 0;
  for (let i = 0; i < place.entries; i++) {
    const length = recordLength(await reader.read(at, RECORD_SIZE));
    if (at + length > end) {
      throw zipError("corrupt", "its directory is cut off");
    }
    const entry = parseRecord(await reader.read(at, length));
    at += length;
    unpacked += entry.size;
    packed += LOCAL_HEADER_SIZE + entry.packedSize;
    if (unpacked > limits.unpackedBytes) {
      throw zipError(
        "limit",
        `it unpacks to more than ${limits.unpackedBytes} bytes`,
      );
    }
    if (packed > place.offset) {
      throw zipError("corrupt", "entries lie over each other", {
        name: entry.path,
      });
    }
    yield entry;
  }
}
