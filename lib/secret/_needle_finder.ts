/** Shortest needle that is sure to hold a whole word, in bytes. */
const WORD_NEEDLE = 7;

/** Longest distance between two looks at a text, in bytes. */
const MAX_STRIDE = 32;

/** Where a gram stands inside of a needle. */
interface Place {
  readonly needle: string;
  readonly bytes: Uint8Array;
  /** In bytes, from the start of the needle. */
  readonly offset: number;
}

/**
 * Tells which of many needles occur in a text, at a cost that hardly depends
 * on how many there are. The text is looked at only every `stride` bytes, a
 * distance so short that no needle fits between two looks; the few bytes found
 * there, a gram, are almost always part of no needle, which rules all of them
 * out at once.
 */
export class NeedleFinder {
  /** 1 for the hash of a gram that is part of a needle. */
  readonly #known = new Uint8Array(2 ** 16);
  readonly #places = new Map<number, Place[]>();
  readonly #byFirstUnit = new Map<number, string[]>();
  readonly #stride: number;
  /** In bytes; the longer, the rarer. */
  readonly #gramLength: number;
  /** The bits of a word that hold a gram; Deno's platforms are little-endian. */
  readonly #gramMask: number;
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(0);
  #words = new Uint32Array(0);

  /** Length of the longest needle, in UTF-16 code units. */
  readonly maxLength: number;

  /** @param needles each at least six bytes long, none with a line feed */
  constructor(needles: ReadonlySet<string>) {
    let shortest = Infinity;
    let longest = 0;
    for (const needle of needles) {
      shortest = Math.min(shortest, this.#encoder.encode(needle).length);
      longest = Math.max(longest, needle.length);
    }
    this.#gramLength = shortest < WORD_NEEDLE ? 3 : 4;
    this.#gramMask = shortest < WORD_NEEDLE ? 0xff_ffff : -1;
    const fitting = 4 * Math.floor((shortest - this.#gramLength + 1) / 4);
    this.#stride = Math.min(MAX_STRIDE, fitting);
    this.maxLength = longest;
    for (const needle of needles) this.#add(needle);
  }

  /** The needles that occur in a text. */
  occurringIn(text: string): Set<string> {
    const found = new Set<string>();
    if (this.maxLength === 0) return found;
    this.#reserve(text.length);
    const { written } = this.#encoder.encodeInto(text, this.#bytes);
    const known = this.#known;
    const words = this.#words;
    const mask = this.#gramMask;
    const step = this.#stride / 4;
    const end = Math.ceil((written - this.#gramLength + 1) / 4);
    for (let index = 0; index < end; index += step) {
      const gram = (words[index] ?? 0) & mask;
      if (known[hash(gram)] === 0) continue;
      for (const place of this.#places.get(gram) ?? []) {
        if (found.has(place.needle)) continue;
        if (this.#stands(place, index * 4, written)) found.add(place.needle);
      }
    }
    return found;
  }

  /**
   * Where the longest part at the end of a text begins that may be the
   * beginning of a needle; the text's length where there is none.
   */
  unfinishedIn(text: string): number {
    const line = text.lastIndexOf("\n") + 1;
    const first = Math.max(line, text.length - this.maxLength + 1);
    for (let start = first; start < text.length; start++) {
      const needles = this.#byFirstUnit.get(text.charCodeAt(start)) ?? [];
      const end = text.slice(start);
      if (needles.some((needle) => needle.startsWith(end))) return start;
    }
    return text.length;
  }

  #add(needle: string): void {
    const bytes = this.#encoder.encode(needle);
    const word = new Uint32Array(1);
    for (let offset = 0; offset < this.#stride; offset++) {
      const gramBytes = bytes.subarray(offset, offset + this.#gramLength);
      new Uint8Array(word.buffer).set(gramBytes);
      const gram = (word[0] ?? 0) & this.#gramMask;
      this.#known[hash(gram)] = 1;
      append(this.#places, gram, { needle, bytes, offset });
    }
    append(this.#byFirstUnit, needle.charCodeAt(0), needle);
  }

  #stands({ bytes, offset }: Place, at: number, end: number): boolean {
    const start = at - offset;
    if (start < 0 || start + bytes.length > end) return false;
    for (let index = 0; index < bytes.length; index++) {
      if (bytes[index] !== this.#bytes[start + index]) return false;
    }
    return true;
  }

  /** Makes room for a text of so many code units; each takes three bytes. */
  #reserve(length: number): void {
    if (length * 3 <= this.#bytes.length) return;
    const words = new Uint32Array(Math.ceil(length * 3 / 4));
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer);
  }
}

/** Multiplicative hashing (Knuth), down to 16 bits. */
function hash(gram: number): number {
  return Math.imul(gram, 0x9e37_79b1) >>> 16;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
