import { evenProbabilities, type RangeDecoder } from "./range_decoder.ts";
import type { Window } from "./window.ts";
import { xzError } from "./xz_error.ts";

const STATES = 12;
const POSITION_STATES = 16;
const LENGTH_STATES = 4;
/** Shortest match; a distance's slot depends on how much longer it is. */
const MIN_MATCH = 2;
const SLOT_BITS = 6;
/** The first slot whose distance has more bits than the slot itself. */
const FIRST_MODEL_SLOT = 4;
/** The first slot whose distance has bits that nothing predicts. */
const FIRST_DIRECT_SLOT = 14;
const ALIGN_BITS = 4;
/** Literals per context: those that follow a match have two more sets. */
const LITERAL_SIZE = 0x300;

/** What LZMA's data depends on, from one byte (xz's `lzma2_decoder.c`). */
export interface LzmaProperties {
  /** High bits of the last byte that a literal depends on. */
  readonly literalContextBits: number;
  /** Low bits of the position that a literal depends on. */
  readonly literalPositionBits: number;
  /** Low bits of the position that all else depends on. */
  readonly positionBits: number;
}

/**
 * Takes the properties of an LZMA2 chunk apart.
 *
 * @throws {ContextError} when there are no such ones.
 */
export function parseProperties(byte: number): LzmaProperties {
  const literalContextBits = byte % 9;
  const rest = Math.floor(byte / 9);
  const literalPositionBits = rest % 5;
  const positionBits = Math.floor(rest / 5);
  if (positionBits > 4 || literalContextBits + literalPositionBits > 4) {
    throw xzError("corrupt", "its data is damaged");
  }
  return { literalContextBits, literalPositionBits, positionBits };
}

/** Unpacks LZMA data; what it learned carries over from chunk to chunk. */
export class LzmaDecoder {
  readonly #window: Window;
  readonly #properties: LzmaProperties;
  readonly #literals: Uint16Array;
  readonly #isMatch = evenProbabilities(STATES * POSITION_STATES);
  readonly #isRepeat = evenProbabilities(STATES);
  readonly #isNotLast = evenProbabilities(STATES);
  readonly #isLongLast = evenProbabilities(STATES * POSITION_STATES);
  readonly #isNotSecond = evenProbabilities(STATES);
  readonly #isNotThird = evenProbabilities(STATES);
  readonly #slots = evenProbabilities(LENGTH_STATES << SLOT_BITS);
  readonly #distances = evenProbabilities(115);
  readonly #align = evenProbabilities(1 << ALIGN_BITS);
  readonly #matchLength = new LengthDecoder();
  readonly #repeatLength = new LengthDecoder();
  /** The last four distances, the latest one first. */
  #recent: [number, number, number, number] = [0, 0, 0, 0];
  /** What the last few things were: 7 and above, a match came last. */
  #state = 0;

  constructor(window: Window, properties: LzmaProperties) {
    this.#window = window;
    this.#properties = properties;
    const { literalContextBits, literalPositionBits } = properties;
    const contexts = 1 << (literalContextBits + literalPositionBits);
    this.#literals = evenProbabilities(LITERAL_SIZE * contexts);
  }

  /**
   * Appends as many bytes to the window as a chunk holds.
   *
   * @throws {ContextError} when the data is damaged.
   */
  decode(range: RangeDecoder, size: number): void {
    const mask = (1 << this.#properties.positionBits) - 1;
    for (let left = size; left > 0;) {
      const position = this.#window.position & mask;
      const context = this.#state * POSITION_STATES + position;
      if (range.bit(this.#isMatch, context) === 0) {
        this.#literal(range);
        left--;
        continue;
      }
      const length = range.bit(this.#isRepeat, this.#state) === 0
        ? this.#match(range, position)
        : this.#repeat(range, position);
      if (length > left) throw xzError("corrupt", "its data is damaged");
      this.#window.copy(this.#recent[0], length);
      left -= length;
    }
    range.finish();
  }

  #literal(range: RangeDecoder): void {
    const { literalContextBits, literalPositionBits } = this.#properties;
    const window = this.#window;
    const low = window.position & ((1 << literalPositionBits) - 1);
    const high = window.last() >> (8 - literalContextBits);
    const start = LITERAL_SIZE * ((low << literalContextBits) + high);
    let symbol = 1;
    if (this.#state >= 7) {
      // The byte that the last distance leads to predicts, while it is right.
      let predicted = window.at(this.#recent[0]);
      let offset = 0x100;
      while (symbol < 0x100) {
        predicted <<= 1;
        const expected = predicted & offset;
        const place = start + offset + expected + symbol;
        const bit = range.bit(this.#literals, place);
        symbol = symbol << 1 | bit;
        offset &= bit === 1 ? expected : ~expected;
      }
    } else {
      while (symbol < 0x100) {
        symbol = symbol << 1 | range.bit(this.#literals, start + symbol);
      }
    }
    window.put(symbol & 0xff);
    if (this.#state <= 3) this.#state = 0;
    else this.#state -= this.#state <= 9 ? 3 : 6;
  }

  /** Reads a new distance, and gives the length. */
  #match(range: RangeDecoder, position: number): number {
    const length = this.#matchLength.read(range, position);
    this.#state = this.#state < 7 ? 7 : 10;
    const lengthState = Math.min(length - MIN_MATCH, LENGTH_STATES - 1);
    const distance = this.#distance(range, lengthState);
    const [first, second, third] = this.#recent;
    this.#recent = [distance, first, second, third];
    return length;
  }

  #distance(range: RangeDecoder, lengthState: number): number {
    const start = lengthState << SLOT_BITS;
    const slot = range.tree(this.#slots, SLOT_BITS, start);
    if (slot < FIRST_MODEL_SLOT) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 + (slot & 1)) * 2 ** bits;
    if (slot < FIRST_DIRECT_SLOT) {
      return base + range.reverseTree(this.#distances, bits, base - slot);
    }
    const high = range.direct(bits - ALIGN_BITS) * (1 << ALIGN_BITS);
    return base + high + range.reverseTree(this.#align, ALIGN_BITS);
  }

  /** Moves one of the last distances to the front, and gives the length. */
  #repeat(range: RangeDecoder, position: number): number {
    const state = this.#state;
    const [first, second, third, fourth] = this.#recent;
    if (range.bit(this.#isNotLast, state) === 0) {
      const context = state * POSITION_STATES + position;
      if (range.bit(this.#isLongLast, context) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else if (range.bit(this.#isNotSecond, state) === 0) {
      this.#recent = [second, first, third, fourth];
    } else if (range.bit(this.#isNotThird, state) === 0) {
      this.#recent = [third, first, second, fourth];
    } else {
      this.#recent = [fourth, first, second, third];
    }
    this.#state = state < 7 ? 8 : 11;
    return this.#repeatLength.read(range, position);
  }
}

/** Reads the lengths of matches, the short ones in fewer bits. */
class LengthDecoder {
  readonly #choice = evenProbabilities(2);
  readonly #low = evenProbabilities(POSITION_STATES << 3);
  readonly #middle = evenProbabilities(POSITION_STATES << 3);
  readonly #high = evenProbabilities(1 << 8);

  read(range: RangeDecoder, position: number): number {
    if (range.bit(this.#choice, 0) === 0) {
      return MIN_MATCH + range.tree(this.#low, 3, position << 3);
    }
    if (range.bit(this.#choice, 1) === 0) {
      return MIN_MATCH + 8 + range.tree(this.#middle, 3, position << 3);
    }
    return MIN_MATCH + 16 + range.tree(this.#high, 8);
  }
}
