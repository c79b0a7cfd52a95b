import { ContextError } from "./error.ts";
import { Pacer } from "./pacer.ts";
import type { CancelOptions } from "./source.ts";

/**
 * Buffers a stream, so that its front can be looked at in one piece. It also
 * paces those who look: what they unpack may be gigabytes of nothing, and then
 * nobody else has an occasion to.
 */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array<ArrayBuffer>>;
  readonly #pacer: Pacer;
  #bytes = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #position = 0;

  constructor(
    source: AsyncIterable<Uint8Array<ArrayBuffer>>,
    options: CancelOptions = {},
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#pacer = new Pacer(options);
  }

  /** How many bytes were left behind so far. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes, as many as asked for or, at the end, as there are. */
  async peek(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#pacer.isDue) await this.#pacer.pause();
    while (this.#end - this.#start < length) {
      const { done, value } = await this.#source.next();
      if (done) break;
      this.#append(value, length);
    }
    const end = Math.min(this.#start + length, this.#end);
    return this.#bytes.subarray(this.#start, end);
  }

  /** Leaves bytes behind that were looked at. */
  skip(length: number): void {
    this.#start += length;
    this.#position += length;
  }

  /**
   * The next bytes, exactly as many as asked for; good until the next call.
   *
   * @throws {ContextError} kind `truncated` when there are fewer.
   */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.peek(length);
    if (bytes.length < length) {
      throw new ContextError(
        "truncated",
        "Cannot unpack the package: it ends too early",
      );
    }
    this.skip(length);
    return bytes;
  }

  /** Releases the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #append(chunk: Uint8Array<ArrayBuffer>, wanted: number): void {
    const used = this.#end - this.#start;
    if (this.#end + chunk.length > this.#bytes.length) {
      const size = Math.max(wanted, used + chunk.length);
      const fits = size <= this.#bytes.length;
      const bytes = fits ? this.#bytes : new Uint8Array(size * 2);
      bytes.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = bytes;
      this.#start = 0;
      this.#end = used;
    }
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}
