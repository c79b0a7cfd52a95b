import type { Finding } from "../doctor/check.ts";
import type { ExaminedFinding } from "../doctor/examine.ts";
import { cleanLine } from "../terminal/clean_line.ts";
import { wrap } from "../text/wrap.ts";

/** How a finding is shown. */
export interface DoctorLineOptions {
  readonly color: boolean;
  /** Columns that a line may take. */
  readonly width: number;
}

/** The mark of each verdict, in words for those who see no difference. */
const MARKS: Readonly<Record<Finding["verdict"], readonly [string, number]>> = {
  ok: ["✓ ok", 32],
  warning: ["! look", 33],
  wrong: ["✗ WRONG", 31],
  unchecked: ["- skipped", 2],
};

/** Columns of the mark, and of what it is about. */
const MARK_WIDTH = 10;

/**
 * A finding on a line of its own, and what to do about it on the next. Its words
 * may be those of a peer, so that nothing in them reaches a terminal but text.
 */
export function doctorLine(
  finding: ExaminedFinding,
  { color, width }: DoctorLineOptions,
): string {
  const [mark, code] = MARKS[finding.verdict];
  const padded = mark.padEnd(MARK_WIDTH);
  const shown = color ? `\x1b[${code}m${padded}\x1b[0m` : padded;
  const wrapped = (text: string) => {
    const lines = text.split("\n").map((line) => cleanLine(line));
    return wrap(lines.join(" "), { width, indent: MARK_WIDTH });
  };
  const text = wrapped(`${finding.check}: ${finding.message}`);
  const line = `${shown}${text.trimStart()}\n`;
  if (finding.verdict === "ok") return line;
  return `${line}${wrapped(`→ ${finding.advice}`)}\n`;
}
