import { xzError } from "./xz_error.ts";

/** A probability is a number out of 2 to the power of this. */
const PROBABILITY_BITS = 11;
const EVEN = 1 << (PROBABILITY_BITS - 1);
/** How slowly probabilities follow what comes. */
const MOVE_BITS = 5;
/** Below this another byte is needed. */
const TOP = 2 ** 24;

/** Probabilities of bits, all of them even. */
export function evenProbabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(EVEN);
}

/** Reads bits that LZMA packed by how probable they were. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 5;
  #range = 0xffffffff;
  #code: number;

  /** Begins with the first of the bytes of one chunk. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < 5 || bytes[0] !== 0) throw damaged();
    this.#code = view.getUint32(1);
  }

  /** Whether all bytes were used, and nothing was left over. */
  get isFinished(): boolean {
    return this.#at === this.#bytes.length && this.#code === 0;
  }

  /** The next bit, whose probability is learned from. */
  bit(probabilities: Uint16Array, index: number): number {
    this.#refill();
    const probability = probabilities[index] ?? EVEN;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability +
        (((1 << PROBABILITY_BITS) - probability) >> MOVE_BITS);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    probabilities[index] = probability - (probability >> MOVE_BITS);
    return 1;
  }

  /** Bits of which the ones before say how probable the next is. */
  tree(probabilities: Uint16Array, bits: number, start = 0): number {
    let place = 1;
    for (let i = 0; i < bits; i++) {
      place = place << 1 | this.bit(probabilities, start + place);
    }
    return place - (1 << bits);
  }

  /** The same, the lowest bit first. */
  reverseTree(probabilities: Uint16Array, bits: number, start = 0): number {
    let place = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probabilities, start + place);
      place = place << 1 | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits that are as likely to be 0 as 1. */
  direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      this.#refill();
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code -= this.#range;
      value = value * 2 + (isOne ? 1 : 0);
    }
    return value;
  }

  /** Takes what the last bit of a chunk made necessary. */
  finish(): void {
    this.#refill();
  }

  #refill(): void {
    if (this.#range >= TOP) return;
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw damaged();
    this.#range = this.#range << 8 >>> 0;
    this.#code = (this.#code << 8 | byte) >>> 0;
  }
}

function damaged(): Error {
  return xzError("corrupt", "its data is damaged");
}
