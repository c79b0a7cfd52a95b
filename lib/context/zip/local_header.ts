import { ZipFields } from "./fields.ts";
import type { ZipEntry } from "./entry.ts";
import type { RandomAccess } from "./window_reader.ts";
import { zipError } from "./zip_error.ts";

/** Bytes of an entry's header before its name (APPNOTE 4.3.7). */
export const LOCAL_HEADER_SIZE = 30;

const LOCAL_SIGNATURE = 0x04034b50;

/**
 * Finds where the data of an entry begins. All else is as the directory says.
 *
 * @throws {ContextError} when the entry is not there.
 */
export async function findData(
  bytes: RandomAccess,
  { offset, packedSize, path }: ZipEntry,
): Promise<number> {
  const header = await bytes.read(offset, LOCAL_HEADER_SIZE);
  const fields = header.length < LOCAL_HEADER_SIZE
    ? undefined
    : new ZipFields(header);
  if (fields?.uint32(0) !== LOCAL_SIGNATURE) {
    throw zipError("corrupt", "an entry is not where it should be", {
      name: path,
    });
  }
  const start = offset + LOCAL_HEADER_SIZE + fields.uint16(26) +
    fields.uint16(28);
  if (start + packedSize > bytes.size) {
    throw zipError("truncated", "an entry is cut off", { name: path });
  }
  return start;
}
