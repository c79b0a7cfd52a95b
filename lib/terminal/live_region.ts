import { fitLine, rowsOf } from "./fit.ts";

/** Control sequences (ECMA-48, and DEC private mode 25). */
const ERASE_LINE = "\x1b[K";
const ERASE_BELOW = "\x1b[J";
const cursorUp = (rows: number) => rows === 0 ? "" : `\x1b[${rows}F`;

/**
 * The last lines of a terminal, which are drawn again and again while what is
 * printed above them scrolls away. Gives what is to be written; the cursor is
 * below the region in between.
 */
export class LiveRegion {
  #shown: readonly string[] = [];

  /**
   * Replaces what the region shows. Lines are cut to the terminal's width;
   * there must be fewer of them than it has rows.
   *
   * @param columns the terminal's width now: a narrower one has wrapped what
   * was drawn before
   * @param above lines that are printed above it, and stay
   */
  draw(
    lines: readonly string[],
    { columns, above = [] }: {
      readonly columns: number;
      readonly above?: readonly string[];
    },
  ): string {
    const up = this.#backToTop(columns);
    this.#shown = lines.map((line) => fitLine(line, columns));
    const erased = above.length > 0 ? ERASE_BELOW : "";
    // Not after the text: behind the last column, many terminals (xterm, the
    // Linux console) still take the cursor to be on the last character.
    const text = [...above, ...this.#shown]
      .map((line) => `${ERASE_LINE}${line}\n`).join("");
    return `${up}${erased}${text}${ERASE_BELOW}`;
  }

  #backToTop(columns: number): string {
    const rows = this.#shown.map((line) => rowsOf(line, columns));
    return cursorUp(rows.reduce((sum, count) => sum + count, 0));
  }
}
