const BUFFER_SIZE = 64 * 1024;

/** Pieces from this size on go on as they are; copying them would cost more. */
const LARGE_PIECE = 16 * 1024;

/** Joins the pieces of an archive, many of them small, into sensible chunks. */
export class ChunkWriter {
  #buffer = new Uint8Array(BUFFER_SIZE);
  /** What of the buffer waits to become a chunk. */
  #start = 0;
  #end = 0;
  #chunks: Uint8Array<ArrayBuffer>[] = [];

  /** Appends bytes, which must stay as they are until the chunks are used. */
  write(piece: Uint8Array<ArrayBuffer>): void {
    if (piece.length >= LARGE_PIECE) {
      this.#flush();
      this.#chunks.push(piece);
      return;
    }
    if (this.#end + piece.length > this.#buffer.length) {
      this.#flush();
      this.#buffer = new Uint8Array(BUFFER_SIZE);
      this.#start = this.#end = 0;
    }
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** Appends zeros. */
  writeZeros(count: number): void {
    if (count > 0) this.write(new Uint8Array(count));
  }

  /** The chunks that are complete; what is not waits for more. */
  take(): readonly Uint8Array<ArrayBuffer>[] {
    const chunks = this.#chunks;
    if (chunks.length > 0) this.#chunks = [];
    return chunks;
  }

  /** All that is left. */
  finish(): readonly Uint8Array<ArrayBuffer>[] {
    this.#flush();
    return this.take();
  }

  #flush(): void {
    if (this.#start === this.#end) return;
    this.#chunks.push(this.#buffer.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
