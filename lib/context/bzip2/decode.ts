import { ByteQueue } from "../byte_queue.ts";
import type { CancelOptions } from "../source.ts";
import { BitReader, OutOfBits } from "./bits.ts";
import { readBlock } from "./block.ts";
import { bzip2Error } from "./bzip2_error.ts";
import { INITIAL_CHECKSUM, updateChecksum } from "./checksum.ts";
import { expandRuns } from "./runs.ts";

/** Bytes of the largest block, packed as badly as can be. */
const MAX_PACKED_BLOCK = 2.5 * 1024 ** 2;

const STREAM_MAGIC = "BZh";
/** Numbers in front of a block and of the end: digits of pi and of its root. */
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;

/**
 * Unpacks bzip2, several streams in a row as one. The format has no other
 * description than its sources (bzip2 1.0).
 *
 * @throws {ContextError} kind `corrupt`, `truncated`, or `unsupported` for what
 * only versions before 0.9.5 wrote.
 */
export async function* decodeBzip2(
  source: AsyncIterable<Uint8Array<ArrayBuffer>>,
  options: CancelOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const input = new ByteQueue(source, options);
  try {
    do {
      yield* decodeStream(input);
    } while ((await input.peek(1)).length > 0);
  } catch (error) {
    throw error instanceof OutOfBits
      ? bzip2Error("truncated", "it ends too early")
      : error;
  } finally {
    await input.close();
  }
}

async function* decodeStream(
  input: ByteQueue,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const header = String.fromCharCode(...await input.take(4));
  const level = header.charCodeAt(3) - 0x30;
  if (!header.startsWith(STREAM_MAGIC) || level < 1 || level > 9) {
    throw bzip2Error("corrupt", "it does not begin as it should");
  }
  let checksum = 0;
  for (let bit = 0;;) {
    const bits = new BitReader(await input.peek(MAX_PACKED_BLOCK), bit);
    const magic = [bits.read(24), bits.read(24)];
    if (magic.every((part, i) => part === END_MAGIC[i])) {
      if (bits.read32() !== checksum) throw wrongChecksum();
      input.skip(Math.ceil(bits.position / 8));
      return;
    }
    if (!magic.every((part, i) => part === BLOCK_MAGIC[i])) {
      throw bzip2Error("corrupt", "a block does not begin as it should");
    }
    const { bytes, crc } = readBlock(bits, level * 100_000);
    input.skip(bits.position >> 3);
    bit = bits.position & 7;
    let blockChecksum = INITIAL_CHECKSUM;
    for (const piece of expandRuns(bytes)) {
      blockChecksum = updateChecksum(blockChecksum, piece);
      yield piece;
    }
    if (~blockChecksum >>> 0 !== crc) throw wrongChecksum();
    checksum = ((checksum << 1 | checksum >>> 31) ^ crc) >>> 0;
  }
}

function wrongChecksum(): Error {
  return bzip2Error("corrupt", "it has a wrong checksum");
}
