/** How many characters a terminal shows. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal has that does not tell its size. */
const USUAL_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** The size of the terminal that this program runs in, as it is now. */
export function terminalSize(): TerminalSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    // A pseudo-terminal that nobody gave a size has none.
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}

/**
 * Whether standard output is a terminal on which lines can be drawn again: a
 * `dumb` one (terminfo(5)) cannot move its cursor.
 *
 * @param type the environment variable `TERM`
 */
export function isLiveTerminal(type: string | undefined): boolean {
  return Deno.stdout.isTerminal() && type !== "dumb";
}
