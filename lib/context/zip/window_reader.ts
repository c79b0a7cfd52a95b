import type { CancelOptions } from "../source.ts";

/** Bytes that can be read in any order. */
export interface RandomAccess {
  /** Size in bytes. */
  readonly size: number;
  /** `length` bytes from `offset` on, fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

const WINDOW_SIZE = 256 * 1024;

/**
 * Reads small pieces that mostly follow each other, with few reads of what is
 * below: a window moves along. Reading rejects with the signal's reason.
 */
export class WindowReader implements RandomAccess {
  readonly #bytes: RandomAccess;
  readonly #signal: AbortSignal | undefined;
  #window = new Uint8Array(0);
  #start = 0;

  constructor(bytes: RandomAccess, { signal }: CancelOptions = {}) {
    this.#bytes = bytes;
    this.#signal = signal;
  }

  get size(): number {
    return this.#bytes.size;
  }

  async read(
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#signal?.throwIfAborted();
    const end = this.#start + this.#window.length;
    if (offset < this.#start || offset + length > end) {
      const wanted = Math.max(length, WINDOW_SIZE);
      this.#window = await this.#bytes.read(offset, wanted);
      this.#start = offset;
    }
    const at = offset - this.#start;
    return this.#window.subarray(at, at + length);
  }
}
