/** Bytes of the magic number and the descriptor behind it (RFC 8878, 3.1.1). */
const START = 5;
const BLOCK_HEADER = 3;
const CHECKSUM = 4;

/** Bytes of the dictionary's ID, and of the content's size, by their flags. */
const DICTIONARY_ID = [0, 1, 2, 4];
const CONTENT_SIZE = [0, 2, 4, 8];

/** The type of a block that is one byte, repeated. */
const RLE_BLOCK = 1;

/** What the bytes are that come next. */
type Part = "start" | "header" | "block header" | "block" | "checksum" | "end";

/**
 * Follows a frame of zstd to its end, which alone tells whether it is whole:
 * the runtime's decoder takes one that breaks off for one that ends (Deno 2.9).
 */
export class ZstdFrame {
  #part: Part = "start";
  /** Bytes that are missing of the part. */
  #left = START;
  /** The last bytes of the part, as many as a number has. */
  #tail: number[] = [];
  #hasChecksum = false;
  #isLastBlock = false;

  /** Whether all of it has come. */
  get isComplete(): boolean {
    return this.#part === "end";
  }

  /** Takes the next bytes; those behind the end are of no account. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.isComplete;) {
      const bytes = chunk.subarray(at, at + this.#left);
      this.#tail = [...this.#tail, ...bytes.subarray(-BLOCK_HEADER)]
        .slice(-BLOCK_HEADER);
      at += bytes.length;
      this.#left -= bytes.length;
      while (this.#left === 0 && !this.isComplete) this.#advance();
    }
  }

  /** Goes from a part that is complete to the next one, which may be empty. */
  #advance(): void {
    switch (this.#part) {
      case "start":
        return this.#begin("header", this.#readDescriptor());
      case "block header":
        return this.#begin("block", this.#readBlockHeader());
      case "block":
        if (this.#isLastBlock) {
          return this.#begin("checksum", this.#hasChecksum ? CHECKSUM : 0);
        }
        return this.#begin("block header", BLOCK_HEADER);
      case "header":
        return this.#begin("block header", BLOCK_HEADER);
      case "checksum":
      case "end":
        return this.#begin("end", 0);
    }
  }

  #begin(part: Part, length: number): void {
    this.#part = part;
    this.#left = length;
  }

  /** Gives the length of what the header holds besides. */
  #readDescriptor(): number {
    const descriptor = this.#tail.at(-1) ?? 0;
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    this.#hasChecksum = (descriptor & 4) !== 0;
    const windowSize = isSingleSegment ? 0 : 1;
    const contentSize = isSingleSegment && sizeFlag === 0
      ? 1
      : CONTENT_SIZE[sizeFlag] ?? 0;
    return windowSize + (DICTIONARY_ID[descriptor & 3] ?? 0) + contentSize;
  }

  /** Gives the length of the block. */
  #readBlockHeader(): number {
    const [low = 0, middle = 0, high = 0] = this.#tail;
    const header = low | middle << 8 | high << 16;
    this.#isLastBlock = (header & 1) !== 0;
    return (header >> 1 & 3) === RLE_BLOCK ? 1 : header >> 3;
  }
}
