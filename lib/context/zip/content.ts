import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import type { ContextError } from "../error.ts";
import { quoteName } from "../path.ts";
import { unpack, UNPACKED_CHUNK_SIZE, unpackError } from "../unpack.ts";
import type { ZipEntry } from "./entry.ts";
import { findData } from "./local_header.ts";
import type { RandomAccess } from "./window_reader.ts";
import { zipError } from "./zip_error.ts";

/** Bytes up to which an entry is unpacked at once: a stream costs far more. */
const SMALL_SIZE = 128 * 1024;

/** Bytes that are read at a time of a larger one. */
const PIECE_SIZE = 256 * 1024;

/** Methods (APPNOTE 4.4.5). */
const STORED = 0;
const DEFLATED = 8;
const AES = 99;

/**
 * The content of an entry, piece by piece, checked: it ends with an error if its
 * length or its checksum is not what the directory says.
 *
 * @throws {ContextError} when the entry cannot be unpacked, or is damaged.
 */
export async function* readContent(
  bytes: RandomAccess,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let size = 0;
  let crc = 0;
  for await (const chunk of unpackEntry(bytes, entry)) {
    size += chunk.length;
    crc = crc32(chunk, crc);
    if (size > entry.size) throw wrongSize(entry, "more");
    yield chunk;
  }
  if (size < entry.size) throw wrongSize(entry, "less");
  if (crc !== entry.crc) {
    const name = entry.path;
    throw zipError("corrupt", "an entry has a wrong checksum", { name });
  }
}

/** The whole content of an entry whose size is known to be bearable. */
export async function readAll(
  bytes: RandomAccess,
  entry: ZipEntry,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(entry.size);
  let at = 0;
  for await (const chunk of readContent(bytes, entry)) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}

async function* unpackEntry(
  bytes: RandomAccess,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  checkMethod(entry);
  const { packedSize, size } = entry;
  const start = await findData(bytes, entry);
  if (entry.method === STORED) {
    yield* readPieces(bytes, start, packedSize);
  } else if (Math.max(packedSize, size) <= SMALL_SIZE) {
    yield inflate(await bytes.read(start, packedSize), entry);
  } else {
    const pieces = readPieces(bytes, start, packedSize);
    const unpacker = createInflateRaw({ chunkSize: UNPACKED_CHUNK_SIZE });
    yield* unpack(pieces, unpacker, subjectOf(entry));
  }
}

function checkMethod({ path: name, method, encrypted }: ZipEntry): void {
  if (encrypted || method === AES) {
    throw zipError("unsupported", "an entry is encrypted", { name });
  }
  if (method !== STORED && method !== DEFLATED) {
    const detail = `an entry is packed with method ${method}, ` +
      "and only deflate (8) and none (0) can be read";
    throw zipError("unsupported", detail, { name });
  }
}

async function* readPieces(
  bytes: RandomAccess,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const end = start + length;
  for (let at = start; at < end; at += PIECE_SIZE) {
    yield await bytes.read(at, Math.min(PIECE_SIZE, end - at));
  }
}

function inflate(
  packed: Uint8Array<ArrayBuffer>,
  entry: ZipEntry,
): Uint8Array<ArrayBuffer> {
  const { size } = entry;
  try {
    const options = { maxOutputLength: size + 1, chunkSize: size + 64 };
    return inflateRawSync(packed, options) as Uint8Array<ArrayBuffer>;
  } catch (error) {
    if (error instanceof RangeError) throw wrongSize(entry, "more");
    throw unpackError(error, subjectOf(entry));
  }
}

function wrongSize(
  { path: name, size }: ZipEntry,
  amount: "more" | "less",
): ContextError {
  const detail = `an entry holds ${amount} than its ${size} bytes`;
  return zipError("corrupt", detail, { name });
}

function subjectOf({ path }: ZipEntry): string {
  return `${quoteName(path)} of the zip archive`;
}
