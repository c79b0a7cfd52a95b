/**
 * Text on its way to a stream, such as standard output. Writing waits for the
 * reader, and does not keep the rest of the program waiting.
 */
export class TextOutput implements AsyncDisposable {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();

  /** The stream is not closed with this. */
  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    // Whoever writes next is told.
    this.#writer.closed.catch(() => {});
  }

  /** @throws when nobody reads any more */
  async write(text: string): Promise<void> {
    if (text === "") return;
    await this.#writer.write(this.#encoder.encode(text));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#writer.releaseLock();
    return Promise.resolve();
  }
}
