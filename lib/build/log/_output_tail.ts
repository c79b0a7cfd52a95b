import { LAST_STEP } from "./_step.ts";

/** In UTF-16 code units. */
const MAX_LENGTH = 4096;

/** The last lines of an output, no further back than its last step. */
export class OutputTail {
  #text = "";
  #isCut = false;

  /** Takes more of the output. */
  push(text: string): void {
    this.#isCut ||= this.#text.length + text.length > MAX_LENGTH;
    const all = text.length < MAX_LENGTH ? this.#text + text : text;
    this.#text = all.slice(-MAX_LENGTH);
  }

  /** Whole lines. */
  get text(): string {
    const step = this.#text.search(LAST_STEP);
    if (step >= 0) return this.#text.slice(step).toWellFormed();
    const start = this.#isCut ? this.#text.indexOf("\n") + 1 : 0;
    return this.#text.slice(start).toWellFormed();
  }
}
