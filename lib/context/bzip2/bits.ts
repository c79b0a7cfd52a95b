/** There are no more bits: the data ends too early. */
export class OutOfBits extends Error {
  override readonly name = "OutOfBits";
}

/** Reads bits from some bytes, the most significant one of a byte first. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #buffer = 0;
  #buffered = 0;

  /** Begins at a bit of the bytes, counted from 0. */
  constructor(bytes: Uint8Array, bit: number) {
    this.#bytes = bytes;
    this.#at = bit >> 3;
    if ((bit & 7) !== 0) this.read(bit & 7);
  }

  /** How many bits have been passed, from the first of the bytes. */
  get position(): number {
    return this.#at * 8 - this.#buffered;
  }

  /**
   * The next bits as a number; at most 24.
   *
   * @throws {OutOfBits}
   */
  read(count: number): number {
    while (this.#buffered < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new OutOfBits();
      this.#at++;
      this.#buffer = (this.#buffer << 8 | byte) >>> 0;
      this.#buffered += 8;
    }
    this.#buffered -= count;
    const value = this.#buffer >>> this.#buffered;
    this.#buffer &= (1 << this.#buffered) - 1;
    return value;
  }

  /** The next 32 bits as a number. */
  read32(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }
}
