import { bold, green, red } from "@std/fmt/colors";
import { cleanLine } from "../../terminal/clean_line.ts";
import { formatDuration } from "../../terminal/duration.ts";
import type { BuildCourse } from "../course.ts";
import type { BuildEnd } from "../event.ts";

/** Columns of the phases' names. */
export const PHASE_COLUMNS = "checking-cache".length;

/** How the text of a summary is set off. */
export interface SummaryStyle {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** With colours, where nobody wished for none. */
export const COLORED: SummaryStyle = {
  good: (text) => bold(green(text)),
  bad: (text) => bold(red(text)),
};

const PLAIN: SummaryStyle = { good: (text) => text, bad: (text) => text };

/** What a person reads in the end: the outcome, and what became of it. */
export function endLines(
  course: BuildCourse,
  end: BuildEnd,
  { good, bad }: SummaryStyle = PLAIN,
): string[] {
  const took = formatDuration(course.duration);
  switch (end.kind) {
    case "success":
      return [
        good(`Built and pushed in ${took}`),
        `  image   ${end.imageId}`,
        ...end.digests.map((digest) => `  digest  ${digest}`),
      ];
    case "failure": {
      const phase = course.phases.at(-1)?.phase;
      const where = phase === undefined ? "" : ` in phase ${phase}`;
      return [
        bad(`The build failed${where} after ${took} (${end.failure})`),
        ...end.message.split("\n").map((line) => cleanLine(line)),
      ];
    }
    case "cancelled":
      return [bad(`The build was cancelled after ${took}`)];
  }
}

/** The same, with how long each phase took. */
export function summaryLines(
  course: BuildCourse,
  end: BuildEnd,
  style?: SummaryStyle,
): string[] {
  const phases = course.phases.map(({ phase, began, ended = began }) =>
    `  ${phase.padEnd(PHASE_COLUMNS)}  ${formatDuration(ended - began)}`
  );
  return [...phases, ...endLines(course, end, style)];
}
