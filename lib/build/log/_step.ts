/**
 * How the engine announces a build step, at the beginning of a line. The
 * manager looks for the same to know the current step.
 */
const STEP = String.raw`Step \d+/\d+ :`;

/** A step that another line comes before, with the end of that line. */
export const NEXT_STEP = new RegExp(String.raw`\n${STEP}`);

/** Whole lines that announce a step. */
export const STEP_LINES = new RegExp(
  String.raw`(?<![^\n])${STEP}[^\n]*\n`,
  "g",
);

/** The step that no other follows. */
export const LAST_STEP = new RegExp(
  String.raw`(?<![^\n])${STEP}(?![^]*\n${STEP})`,
);
