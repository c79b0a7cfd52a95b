/** Longest line that is kept together, in UTF-16 code units. */
const MAX_LINE = 64 * 1024;

/** Turns text that comes in pieces into lines. */
export class LineSplitter {
  #rest = "";

  /** The beginning of a line that has not ended yet. */
  get rest(): string {
    return this.#rest;
  }

  /** Takes a piece; gives the lines that end in it, without line feeds. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    const rest = lines.pop() ?? "";
    this.#rest = rest.length > MAX_LINE ? "" : rest;
    if (rest.length > MAX_LINE) lines.push(rest);
    return lines;
  }

  /** Ends the line that has not ended yet, if there is one, and gives it. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }
}
