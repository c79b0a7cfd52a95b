import type { BitReader } from "./bits.ts";
import { bzip2Error } from "./bzip2_error.ts";

const MAX_LENGTH = 20;

/** A canonical Huffman code, as bzip2 has it: codes of up to 20 bits. */
export class HuffmanCode {
  readonly #shortest: number;
  /** By length: the last code of it, and what makes a code an index. */
  readonly #limit = new Int32Array(MAX_LENGTH + 2).fill(-1);
  readonly #base = new Int32Array(MAX_LENGTH + 2);
  /** Symbols in the order of their codes. */
  readonly #symbols: Uint16Array;

  /** Makes the code in which symbol `i` has `lengths[i]` bits. */
  constructor(lengths: Uint8Array) {
    const counts = new Int32Array(MAX_LENGTH + 2);
    for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
    this.#symbols = new Uint16Array(lengths.length);
    let at = 0;
    let code = 0;
    let shortest = MAX_LENGTH;
    for (let length = 1; length <= MAX_LENGTH; length++) {
      const count = counts[length] ?? 0;
      if (count > 0 && length < shortest) shortest = length;
      this.#base[length] = code - at;
      lengths.forEach((own, symbol) => {
        if (own === length) this.#symbols[at++] = symbol;
      });
      code += count;
      this.#limit[length] = code - 1;
      code *= 2;
    }
    this.#shortest = shortest;
  }

  /**
   * Reads a symbol.
   *
   * @throws {ContextError} when the bits are no code.
   */
  read(bits: BitReader): number {
    let length = this.#shortest;
    let code = bits.read(length);
    while (length <= MAX_LENGTH) {
      if (code <= (this.#limit[length] ?? -1)) {
        const symbol = this.#symbols[code - (this.#base[length] ?? 0)];
        if (symbol !== undefined) return symbol;
        break;
      }
      code = code << 1 | bits.read(1);
      length++;
    }
    throw bzip2Error("corrupt", "it holds a false code");
  }
}
