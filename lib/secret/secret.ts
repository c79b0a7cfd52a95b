/** What stands in the place of a secret wherever text is shown. */
export const PLACEHOLDER = "[secret]";

/**
 * A value that must not be printed: a token, a password, a private key, a
 * signed URL. Every way of turning it into text (`String`, template literals,
 * `JSON.stringify`, `console.log`) gives `[secret]`; only {@linkcode reveal}
 * gives the value, and every call of it is a place to review.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that has to send it. */
  reveal(): string {
    return this.#value;
  }

  /** Whether there is nothing to hide. */
  get isEmpty(): boolean {
    return this.#value === "";
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return PLACEHOLDER;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return PLACEHOLDER;
  }
}
