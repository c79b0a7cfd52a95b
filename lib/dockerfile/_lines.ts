import { trimEnd } from "./_white_space.ts";
import { DockerfileError } from "./error.ts";

/** Bytes; what Go's `bufio.Scanner` can hold, so that the engine refuses more. */
const MAX_LINE_BYTES = 64 * 1024 - 1;

/** Bytes of UTF-8 that one unit of a string can take. */
const MOST_BYTES = 3;

/** The lines of a text, one after the other, without what ends them. */
export class Lines {
  readonly #lines: readonly string[];
  #read = 0;

  constructor(text: string) {
    // What ends the last line begins no other.
    this.#lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  }

  /** Number of the line that was read last, counted from 1. */
  get number(): number {
    return this.#read;
  }

  /**
   * The next line, or `undefined` after the last.
   *
   * @throws {DockerfileError} when it is longer than the engine takes.
   */
  next(): string | undefined {
    const line = this.#lines[this.#read];
    if (line === undefined) return undefined;
    this.#read++;
    if (line.length * MOST_BYTES > MAX_LINE_BYTES) this.#measure(line);
    return trimEnd(line, "\r");
  }

  /** Goes back to where the line of this number had just been read. */
  rewind(number: number): void {
    this.#read = number;
  }

  #measure(line: string): void {
    const { length } = new TextEncoder().encode(line);
    if (length <= MAX_LINE_BYTES) return;
    throw new DockerfileError(
      "too_large",
      `it has ${length} bytes, a line may have ${MAX_LINE_BYTES}: break it ` +
        'with a "\\" at the end',
      { line: this.#read },
    );
  }
}
