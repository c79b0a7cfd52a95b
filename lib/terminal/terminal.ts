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
 * `dumb` one (terminfo(5)) cannot move its cursor, and knows no colours.
 */
export function isLiveTerminal(): boolean {
  return Deno.stdout.isTerminal() && terminalType() !== "dumb";
}

/** What the environment says, as far as this program may know. */
function terminalType(): string | undefined {
  try {
    return Deno.env.get("TERM");
  } catch {
    return undefined;
  }
}
