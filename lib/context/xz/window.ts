import { xzError } from "./xz_error.ts";

/** Bytes that are written before older ones are moved; a chunk has 2 MiB. */
const ROOM = 4 * 1024 ** 2;

/** Keeps what was unpacked last, from which what comes is copied. */
export class Window {
  readonly #size: number;
  #bytes = new Uint8Array(0);
  #end = 0;
  #position = 0;

  /** @param size how many of the last bytes may be needed */
  constructor(size: number) {
    this.#size = size;
  }

  /** How many bytes were written since the beginning, or since `clear`. */
  get position(): number {
    return this.#position;
  }

  /** Forgets what was written. */
  clear(): void {
    this.#position = 0;
  }

  /** Makes room for the bytes of a chunk. */
  reserve(count: number): void {
    const { length } = this.#bytes;
    if (this.#end + count <= length) return;
    const kept = this.#bytes.subarray(
      Math.max(this.#end - this.#size, 0),
      this.#end,
    );
    const most = this.#size + ROOM;
    const bytes = length === most ? this.#bytes : new Uint8Array(
      Math.min(Math.max(kept.length + count, 2 * length), most),
    );
    bytes.set(kept);
    this.#bytes = bytes;
    this.#end = kept.length;
  }

  /** Appends a byte. */
  put(byte: number): void {
    this.#bytes[this.#end++] = byte;
    this.#position++;
  }

  /** Appends bytes. */
  write(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    this.#position += bytes.length;
  }

  /**
   * Appends bytes again that begin at a distance before the last one, which may
   * be fewer than are appended.
   *
   * @throws {ContextError} when that is before the first byte.
   */
  copy(distance: number, length: number): void {
    if (distance >= Math.min(this.#position, this.#size)) {
      throw xzError("corrupt", "its data is damaged");
    }
    const bytes = this.#bytes;
    let from = this.#end - 1 - distance;
    let to = this.#end;
    for (const end = to + length; to < end;) bytes[to++] = bytes[from++] ?? 0;
    this.#end = to;
    this.#position += length;
  }

  /** The byte at a distance before the last one. */
  at(distance: number): number {
    return this.#bytes[this.#end - 1 - distance] ?? 0;
  }

  /** The last byte; 0 if there is none. */
  last(): number {
    return this.#position === 0 ? 0 : this.at(0);
  }

  /** The last bytes, in memory of their own. */
  tail(count: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(this.#end - count, this.#end);
  }
}
