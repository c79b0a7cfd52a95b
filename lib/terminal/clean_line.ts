/** Options of {@linkcode cleanLine}. */
export interface CleanLineOptions {
  /** Whether colours and the like (SGR) may stay. Default `false`. */
  readonly colors?: boolean;
}

/**
 * What must not reach a terminal, in the order in which it is recognised
 * (ECMA-48): control strings, which end with a line at the latest; control
 * sequences; other escape sequences; control characters; and the characters
 * by which Unicode turns the direction of text around.
 */
const CONTROL = new RegExp(
  [
    String
      .raw`(?:\x1b[P\]X^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?`,
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?`,
    String.raw`\x1b[ -/]*[0-~]?`,
    String.raw`[\x00-\x08\x0a-\x1f\x7f-\x9f]`,
    String.raw`[\u202a-\u202e\u2066-\u2069]`,
  ].join("|"),
  "g",
);

/** A sequence that sets colours, bold and the like (SGR). */
// deno-lint-ignore no-control-regex
const COLOR = /^\x1b\[[\d;:]{0,64}m$/;

const RESET = "\x1b[0m";
const TAB_WIDTH = 8;

/**
 * Takes out of a line, which may come from anyone, all that would do more to a
 * terminal than show text. What is left ends with the colours that it began
 * with. Of a line that was written over by carriage returns, the last state
 * stays; tabs become spaces.
 *
 * @param line without its line feed
 */
export function cleanLine(
  line: string,
  { colors = false }: CleanLineOptions = {},
): string {
  const text = lastWriting(line)
    .replace(CONTROL, (control) => colors && COLOR.test(control) ? control : "")
    .toWellFormed();
  const spaced = text.includes("\t") ? withoutTabs(text) : text;
  return spaced.includes("\x1b") ? `${spaced}${RESET}` : spaced;
}

/** What a line shows that was begun anew with carriage returns. */
function lastWriting(line: string): string {
  if (!line.includes("\r")) return line;
  return line.split("\r").findLast((part) => part !== "") ?? "";
}

function withoutTabs(text: string): string {
  let column = 0;
  return text.split("\t").map((part, index, { length }) => {
    if (index === length - 1) return part;
    // deno-lint-ignore no-control-regex
    column += part.replace(/\x1b\[[\d;:]*m/g, "").length;
    const spaces = TAB_WIDTH - column % TAB_WIDTH;
    column += spaces;
    return part + " ".repeat(spaces);
  }).join("");
}
