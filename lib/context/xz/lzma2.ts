import type { ByteQueue } from "../byte_queue.ts";
import { LzmaDecoder, type LzmaProperties, parseProperties } from "./lzma.ts";
import { RangeDecoder } from "./range_decoder.ts";
import { Window } from "./window.ts";
import { xzError } from "./xz_error.ts";

/** The first byte of a chunk (xz's `lzma2_decoder.c`). */
const END = 0;
const STORED_WITH_RESET = 1;
const STORED = 2;
const PACKED = 0x80;

/** What a packed chunk begins anew: bits 5 and 6 of its first byte. */
const RESET_STATE = 1;
const RESET_PROPERTIES = 2;
const RESET_ALL = 3;

/**
 * Unpacks LZMA2: chunks of at most 64 KiB packed and 2 MiB unpacked.
 *
 * @param dictionarySize bytes that may have to be remembered
 * @throws {ContextError}
 */
export async function* decodeLzma2(
  input: ByteQueue,
  dictionarySize: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const window = new Window(dictionarySize);
  let properties: LzmaProperties | undefined;
  let decoder: LzmaDecoder | undefined;
  let isFirst = true;
  for (;;) {
    const control = await takeByte(input);
    if (control === END) return;
    const reset = control >> 5 & 3;
    const clears = control === STORED_WITH_RESET ||
      (control >= PACKED && reset === RESET_ALL);
    if (isFirst && !clears) throw damaged();
    if (clears) {
      window.clear();
      properties = undefined;
      decoder = undefined;
      isFirst = false;
    }
    if (control < PACKED) {
      if (control > STORED) throw damaged();
      const size = await takeSize(input);
      window.reserve(size);
      window.write(await input.take(size));
      yield window.tail(size);
      continue;
    }
    const size = (control & 0x1f) * 0x10000 + await takeSize(input);
    const packedSize = await takeSize(input);
    if (reset >= RESET_PROPERTIES) {
      properties = parseProperties(await takeByte(input));
    }
    if (reset >= RESET_STATE && properties !== undefined) {
      decoder = new LzmaDecoder(window, properties);
    }
    if (decoder === undefined) throw damaged();
    const range = new RangeDecoder(await input.take(packedSize));
    window.reserve(size);
    decoder.decode(range, size);
    if (!range.isFinished) throw damaged();
    yield window.tail(size);
  }
}

async function takeByte(input: ByteQueue): Promise<number> {
  const [byte] = await input.take(1);
  return byte ?? END;
}

/** A size is stored as one less, its high byte first. */
async function takeSize(input: ByteQueue): Promise<number> {
  const [high = 0, low = 0] = await input.take(2);
  return high * 0x100 + low + 1;
}

function damaged(): Error {
  return xzError("corrupt", "its data is damaged");
}
