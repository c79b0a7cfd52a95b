/** Options of {@linkcode Relay}. */
export interface RelayOptions {
  /** Turns what the source failed with into what the reader gets. */
  toError: (error: unknown) => unknown;
  /** Runs when the source ends, fails, or is stopped; perhaps more than once. */
  onEnd?: () => Promise<void>;
}

/** Passes a stream on, chunk for chunk, and can be stopped from outside. */
export class Relay {
  /** What comes out. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #source: ReadableStreamDefaultReader<Uint8Array>;
  readonly #options: RelayOptions;
  #stopped: { readonly reason: unknown } | undefined;

  constructor(source: ReadableStream<Uint8Array>, options: RelayOptions) {
    this.#source = source.getReader();
    this.#options = options;
    this.stream = new ReadableStream({
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => this.stop(reason),
    }, { highWaterMark: 0 });
  }

  /**
   * Cancels the source, and fails the reader with `reason`: what was stopped
   * must not pass for what ended. Does nothing after the end; never rejects.
   */
  async stop(reason: unknown): Promise<void> {
    this.#stopped ??= { reason };
    await this.#source.cancel(reason).catch(() => {});
    await this.#options.onEnd?.();
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): Promise<void> {
    try {
      const { done, value } = await this.#source.read();
      if (this.#stopped !== undefined) controller.error(this.#stopped.reason);
      else if (!done) return controller.enqueue(value);
      else controller.close();
    } catch (error) {
      controller.error(this.#options.toError(error));
    }
    await this.#options.onEnd?.();
  }
}
