/** Longest exit status that ends an output, with the NUL before it. */
const MAX_STATUS = "\x00255".length;

/**
 * The standard output of a supervised git: text, and at its very end a NUL and
 * the exit status.
 */
export class CommandOutput {
  readonly #decoder = new TextDecoder();
  readonly #take: (text: string) => void;
  readonly #refuse: () => void;
  #held = "";
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param take gets the text while it comes
   * @param refuse is called once `take` has thrown
   */
  constructor(take: (text: string) => void, refuse: () => void) {
    this.#take = take;
    this.#refuse = refuse;
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    if (this.#failure) return;
    const text = this.#held + this.#decoder.decode(chunk, { stream: true });
    this.#held = text.slice(-MAX_STATUS);
    this.#give(text.slice(0, -MAX_STATUS));
  }

  /**
   * Hands over the rest.
   *
   * @returns the exit status, if the output has got as far as that
   * @throws what `take` has thrown
   */
  end(): string | undefined {
    const [, text, status] = /^(.*)\0(\d+)$/s.exec(this.#held) ?? [];
    if (text !== undefined && !this.#failure) this.#give(text);
    if (this.#failure) throw this.#failure.error;
    return status;
  }

  #give(text: string): void {
    if (text === "") return;
    try {
      this.#take(text);
    } catch (error) {
      this.#failure = { error };
      this.#refuse();
    }
  }
}
