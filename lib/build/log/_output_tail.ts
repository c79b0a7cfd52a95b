import { LAST_STEP } from "./_step.ts";

/** In UTF-16 code units. */
const MAX_LENGTH = 4096;

/** What the engine says about a step's container, wherever a line ends. */
const CONTAINER_LINES =
  /^ ---> Running in [0-9a-f]{12}\n|Removing intermediate container [0-9a-f]{12}\n/gm;

/**
 * The last lines of an output, no further back than its last step, and without
 * what the engine says about containers.
 */
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
    const start = step >= 0
      ? step
      : this.#isCut
      ? this.#text.indexOf("\n") + 1
      : 0;
    return this.#text.slice(start).replace(CONTAINER_LINES, "").toWellFormed();
  }
}
