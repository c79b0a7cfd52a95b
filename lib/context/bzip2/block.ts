import type { BitReader } from "./bits.ts";
import { bzip2Error } from "./bzip2_error.ts";
import { HuffmanCode } from "./huffman.ts";

/** Symbols that are read before the code may change. */
const GROUP_SIZE = 50;
const MAX_CODES = 6;
const MAX_SELECTORS = 18_002;

/**
 * Reads a block, without the number in front of it that says that it is one:
 * its bytes as they were before bzip2 sorted them (Burrows and Wheeler).
 *
 * @param maxSize bytes of the largest block in this stream
 * @returns bytes with their first runs still shortened, and their checksum
 * @throws {OutOfBits}
 * @throws {ContextError} when the block is damaged
 */
export function readBlock(
  bits: BitReader,
  maxSize: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly crc: number } {
  const crc = bits.read32();
  if (bits.read(1) !== 0) throw bzip2Error("unsupported", "it is randomised");
  const origin = bits.read(24);
  const alphabet = readAlphabet(bits);
  const symbols = alphabet.length + 2;
  const codeCount = bits.read(3);
  if (codeCount < 2 || codeCount > MAX_CODES) throw damaged();
  const selectors = readSelectors(bits, codeCount);
  const codes = Array.from(
    { length: codeCount },
    () => new HuffmanCode(readLengths(bits, symbols)),
  );
  const nextSymbol = symbolReader(bits, selectors, codes);
  const sorted = readSorted(nextSymbol, alphabet, maxSize);
  return { bytes: unsort(sorted, origin), crc };
}

/** The bytes that occur, in ascending order. */
function readAlphabet(bits: BitReader): Uint8Array {
  const used = bits.read(16);
  const alphabet: number[] = [];
  for (let high = 0; high < 16; high++) {
    if ((used >> (15 - high) & 1) === 0) continue;
    const row = bits.read(16);
    for (let low = 0; low < 16; low++) {
      if ((row >> (15 - low) & 1) !== 0) alphabet.push(high * 16 + low);
    }
  }
  if (alphabet.length === 0) throw damaged();
  return Uint8Array.from(alphabet);
}

/** Which code each group uses, stored as places in a list of recent ones. */
function readSelectors(bits: BitReader, codeCount: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw damaged();
  const recent = Uint8Array.from({ length: codeCount }, (_, i) => i);
  const selectors = new Uint8Array(Math.min(count, MAX_SELECTORS));
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.read(1) === 1) {
      if (++place >= codeCount) throw damaged();
    }
    const code = moveToFront(recent, place);
    // Old writers add more than can be used; they are passed over.
    if (i < selectors.length) selectors[i] = code;
  }
  return selectors;
}

/** Lengths of a code's symbols, each stored as its distance from the last. */
function readLengths(bits: BitReader, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let i = 0; i < symbols; i++) {
    while (bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
    if (length < 1 || length > 20) throw damaged();
    lengths[i] = length;
  }
  return lengths;
}

function symbolReader(
  bits: BitReader,
  selectors: Uint8Array,
  codes: readonly HuffmanCode[],
): () => number {
  let group = 0;
  let left = 0;
  let code: HuffmanCode | undefined;
  return () => {
    if (left === 0) {
      code = codes[selectors[group++] ?? -1];
      left = GROUP_SIZE;
    }
    if (code === undefined) throw damaged();
    left--;
    return code.read(bits);
  };
}

/** Undoes the runs of the most recent byte, and the places of recent bytes. */
function readSorted(
  nextSymbol: () => number,
  alphabet: Uint8Array,
  maxSize: number,
): Uint8Array {
  const recent = alphabet.slice();
  const end = alphabet.length + 1;
  const sorted = new Uint8Array(maxSize);
  let size = 0;
  let run = 0;
  let digit = 1;
  for (let symbol = nextSymbol();; symbol = nextSymbol()) {
    if (symbol <= 1) {
      // The digits 1 and 2 of a number, the lowest first.
      run += digit * (symbol + 1);
      digit *= 2;
      if (run > maxSize - size) throw damaged();
      continue;
    }
    sorted.fill(recent[0] ?? 0, size, size + run);
    size += run;
    run = 0;
    digit = 1;
    if (symbol === end) return sorted.subarray(0, size);
    if (size === maxSize) throw damaged();
    sorted[size++] = moveToFront(recent, symbol - 1);
  }
}

function moveToFront(recent: Uint8Array, place: number): number {
  const value = recent[place] ?? 0;
  recent.copyWithin(1, 0, place);
  recent[0] = value;
  return value;
}

/** Undoes the sorting, from the place that the original had among all. */
function unsort(sorted: Uint8Array, origin: number): Uint8Array<ArrayBuffer> {
  const size = sorted.length;
  if (origin >= size) throw damaged();
  const starts = new Uint32Array(257);
  for (const byte of sorted) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1;
  for (let i = 1; i <= 256; i++) {
    starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  }
  // Each place of the first column: its place in the last, and the byte there.
  const links = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    const byte = sorted[i] ?? 0;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    links[place] = i;
  }
  const bytes = new Uint8Array(size);
  let at = links[origin] ?? 0;
  for (let i = 0; i < size; i++) {
    bytes[i] = sorted[at] ?? 0;
    at = links[at] ?? 0;
  }
  return bytes;
}

function damaged(): Error {
  return bzip2Error("corrupt", "a block of it is damaged");
}
