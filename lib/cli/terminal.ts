import { isLiveTerminal, terminalSize } from "../terminal/terminal.ts";

/** Columns of a text that is not for a terminal. */
const USUAL_WIDTH = 80;
/** Narrower than this, breaking lines does not help. */
const LEAST_WIDTH = 40;
/** Longer lines are hard to read. */
const MOST_WIDTH = 120;

/** How many columns a text on the standard output may take. */
export function outputWidth(): number {
  if (!Deno.stdout.isTerminal()) return USUAL_WIDTH;
  const { columns } = terminalSize();
  return Math.min(Math.max(columns, LEAST_WIDTH), MOST_WIDTH);
}

/**
 * Whether the standard output takes colours: it is a terminal that
 * knows them, and nobody wished for none.
 *
 * @see {@link https://no-color.org}
 */
export function hasColor(): boolean {
  return isLiveTerminal() && !Deno.noColor;
}
