import type { RedactionStream, Redactor } from "../../secret/redactor.ts";
import { LogLimit } from "./_log_limit.ts";
import { OutputTail } from "./_output_tail.ts";

/** The output of a build, on its way from how it came to how it is shown. */
export class Output {
  readonly #redaction: RedactionStream;
  readonly #limit: LogLimit;
  /** As it came. */
  #raw = "";
  #lastPart = "";
  #tail = new OutputTail();

  /** @param limit in bytes */
  constructor(redactor: Redactor, limit: number) {
    this.#redaction = redactor.stream();
    this.#limit = new LogLimit(limit);
  }

  /** How much was not taken yet, in UTF-16 code units. */
  get length(): number {
    return this.#raw.length;
  }

  /** Whether the last line has no end yet. */
  get isInLine(): boolean {
    return this.#lastPart !== "" && !this.#lastPart.endsWith("\n");
  }

  /** The last lines of the running step, of what was taken so far. */
  get tail(): string {
    return this.#tail.text;
  }

  /** Begins the output of another phase. */
  begin(): void {
    this.#tail = new OutputTail();
    this.#lastPart = "";
  }

  /** Appends a part; cheap, as builds have millions of them. */
  add(part: string): void {
    if (part === "") return;
    this.#raw += part;
    this.#lastPart = part;
  }

  /** Takes what can be shown by now: no secrets, and no more than the limit. */
  take(): string {
    return this.#pass(this.#redaction.write(this.#takeRaw()));
  }

  /** Takes this also where more output might have made it a secret. */
  takeLine(): string {
    const text = this.#redaction.write(this.#takeRaw());
    return this.#pass(text + this.#redaction.end());
  }

  /** Takes all there is, with the tail of what is past the limit. */
  takeAll(): string {
    return this.takeLine() + this.#limit.end();
  }

  #takeRaw(): string {
    const raw = this.#raw;
    this.#raw = "";
    return raw;
  }

  #pass(text: string): string {
    this.#tail.push(text);
    return this.#limit.push(text);
  }
}
