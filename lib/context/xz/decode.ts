import { crc32 } from "node:zlib";
import { ByteQueue } from "../byte_queue.ts";
import type { CancelOptions } from "../source.ts";
import { decodeBlock } from "./block.ts";
import { damagedHeader, hasChecksum } from "./header.ts";
import { xzError } from "./xz_error.ts";

/** Bytes of the header and of the footer of a stream. */
const FRAME_SIZE = 12;

/**
 * Unpacks xz, several streams in a row as one (xz file format 1.2.0). It takes
 * the memory that the stream says it needs, at most 64 MiB.
 *
 * @throws {ContextError} kind `corrupt`, `truncated`, or `unsupported` for
 * filters other than LZMA2 and for what needs more memory.
 */
export async function* decodeXz(
  source: AsyncIterable<Uint8Array<ArrayBuffer>>,
  options: CancelOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const input = new ByteQueue(source, options);
  try {
    do {
      yield* decodeStream(input);
    } while (await hasMore(input));
  } finally {
    await input.close();
  }
}

async function* decodeStream(
  input: ByteQueue,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const header = (await input.take(FRAME_SIZE)).slice();
  const flags = header.subarray(6, 8);
  if (
    !beginsWith(header, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]) ||
    !hasChecksum(flags, header.subarray(8))
  ) {
    throw xzError("corrupt", "it does not begin as it should");
  }
  let blocks = 0;
  while (!beginsWith(await input.peek(1), [0])) {
    yield* decodeBlock(input, flags[1] ?? 0);
    blocks++;
  }
  const indexSize = await skipIndex(input, blocks);
  const footer = await input.take(FRAME_SIZE);
  const content = footer.subarray(4, 10);
  const units = new DataView(content.buffer, content.byteOffset)
    .getUint32(0, true);
  if (
    !hasChecksum(content, footer) || (units + 1) * 4 !== indexSize ||
    !beginsWith(content.subarray(4), [...flags]) ||
    !beginsWith(footer.subarray(10), [0x59, 0x5a])
  ) {
    throw xzError("corrupt", "it does not end as it should");
  }
}

/**
 * Passes the index over, which tells the sizes of the blocks to those who do not
 * read from the front, and gives its size (xz file format, 4).
 */
async function skipIndex(input: ByteQueue, blocks: number): Promise<number> {
  const start = input.position;
  let crc = 0;
  const byte = async () => {
    const bytes = await input.take(1);
    crc = crc32(bytes, crc);
    return bytes[0] ?? 0;
  };
  const integer = async () => {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      const part = await byte();
      value += (part & 0x7f) * 2 ** (7 * i);
      if (part < 0x80) return value;
    }
    throw damagedHeader();
  };
  await byte();
  if (await integer() !== blocks) throw damagedHeader();
  for (let i = 0; i < 2 * blocks; i++) await integer();
  while ((input.position - start) % 4 !== 0) await byte();
  const checksum = new DataView((await input.take(4)).slice().buffer);
  if (checksum.getUint32(0, true) !== crc) throw damagedHeader();
  return input.position - start;
}

/** Passes padding over, and says whether another stream follows. */
async function hasMore(input: ByteQueue): Promise<boolean> {
  for (;;) {
    const bytes = await input.peek(4);
    if (bytes.length === 0) return false;
    if (!beginsWith(bytes, [0, 0, 0, 0])) return true;
    input.skip(4);
  }
}

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
