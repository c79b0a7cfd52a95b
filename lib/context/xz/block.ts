import type { ByteQueue } from "../byte_queue.ts";
import { createCheck } from "./check.ts";
import { damagedHeader, hasChecksum, HeaderReader } from "./header.ts";
import { decodeLzma2 } from "./lzma2.ts";
import { xzError } from "./xz_error.ts";

const LZMA2 = 0x21;
const FILTER_COUNT = 0x03;
const RESERVED = 0x3c;
const HAS_PACKED_SIZE = 0x40;
const HAS_SIZE = 0x80;

/** What `xz -9` needs. */
const MAX_DICTIONARY = 64 * 1024 ** 2;

/** What the header of a block says (xz file format, 3.1). */
interface BlockHeader {
  readonly packedSize: number | undefined;
  readonly size: number | undefined;
  readonly dictionarySize: number;
}

/**
 * Unpacks one block (xz file format, 3), and checks it.
 *
 * @param checkId number of the checksum that follows the data
 * @throws {ContextError}
 */
export async function* decodeBlock(
  input: ByteQueue,
  checkId: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const header = await readHeader(input);
  const check = createCheck(checkId);
  const start = input.position;
  let size = 0;
  for await (const piece of decodeLzma2(input, header.dictionarySize)) {
    size += piece.length;
    check.update(piece);
    yield piece;
  }
  const packedSize = input.position - start;
  const padding = await input.take(-packedSize & 3);
  if (
    (header.size ?? size) !== size ||
    (header.packedSize ?? packedSize) !== packedSize ||
    padding.some((byte) => byte !== 0)
  ) {
    throw xzError("corrupt", "a block does not have the size it says");
  }
  const expected = await input.take(check.size);
  if (check.digest().some((byte, i) => byte !== expected[i])) {
    throw xzError("corrupt", "a block has a wrong checksum");
  }
}

async function readHeader(input: ByteQueue): Promise<BlockHeader> {
  const [units = 0] = await input.peek(1);
  const bytes = await input.take((units + 1) * 4);
  const content = bytes.subarray(0, -4);
  if (!hasChecksum(content, bytes.subarray(-4))) throw damagedHeader();
  const reader = new HeaderReader(content.subarray(1));
  const flags = reader.byte();
  const packedSize = flags & HAS_PACKED_SIZE ? reader.integer() : undefined;
  const size = flags & HAS_SIZE ? reader.integer() : undefined;
  const filter = reader.integer();
  if ((flags & (FILTER_COUNT | RESERVED)) !== 0 || filter !== LZMA2) {
    throw xzError("unsupported", "it uses filters other than LZMA2");
  }
  if (reader.integer() !== 1) throw damagedHeader();
  return { packedSize, size, dictionarySize: dictionarySize(reader.byte()) };
}

/** A size is two or three times a power of two (xz file format, 5.3.1). */
function dictionarySize(code: number): number {
  if (code > 40) throw damagedHeader();
  const size = (2 | code & 1) * 2 ** ((code >> 1) + 11);
  if (size <= MAX_DICTIONARY) return size;
  throw xzError("unsupported", `it needs ${size} bytes of memory to be read`);
}
