import { format as formatBytes } from "@std/fmt/bytes";
import { cyan, dim, green, red } from "@std/fmt/colors";
import { formatDuration } from "../../terminal/duration.ts";
import { progressBar } from "../../terminal/progress_bar.ts";
import type { BuildCourse, PhaseCourse } from "../course.ts";
import type { BuildEnd } from "../event.ts";
import { PHASE_COLUMNS } from "./summary.ts";

/** Columns of a bar, where there is room, and of the least that says much. */
const BAR_COLUMNS = 24;
const LEAST_BAR_COLUMNS = 5;

/** Columns that everything else in a line takes. */
const OTHER_COLUMNS = 60;

/** Columns of a duration: `59 min 59 s`. */
const DURATION_COLUMNS = 11;

/** What {@linkcode phaseLines} needs to know. */
export interface PhaseLinesOptions {
  /** The terminal's width. */
  readonly columns: number;
  /** How the build ended, if it has. */
  readonly end?: BuildEnd | undefined;
}

/** A line for each phase so far: how long it took, and how far it is. */
export function phaseLines(
  course: BuildCourse,
  { columns, end }: PhaseLinesOptions,
): string[] {
  const { phases } = course;
  return phases.map((phase, index) => {
    const isLast = index === phases.length - 1;
    const isStopped = phase.stopped ||
      (isLast && end !== undefined && end.kind !== "success");
    const { share, detail } = progressOf(phase, course);
    const ended = phase.ended ?? performance.now();
    return [
      isStopped ? red("✗") : phase.ended === undefined ? cyan("▸") : green("✓"),
      phase.phase.padEnd(PHASE_COLUMNS),
      formatDuration(ended - phase.began).padStart(DURATION_COLUMNS),
      phase.ended === undefined ? bar(share, columns) : "",
      detail === "" ? "" : dim(detail),
    ].filter((part) => part !== "").join("  ");
  });
}

function bar(share: number | undefined, columns: number): string {
  const room = Math.min(BAR_COLUMNS, columns - OTHER_COLUMNS);
  if (share === undefined || room < LEAST_BAR_COLUMNS) return "";
  return progressBar(share, room);
}

/** How far a phase is, in words, and as a share from 0 to 1 where it is known. */
interface Progress {
  readonly share?: number;
  readonly detail: string;
}

function progressOf(phase: PhaseCourse, course: BuildCourse): Progress {
  switch (phase.phase) {
    case "unpacking":
      return { detail: phase.bytes > 0 ? formatBytes(phase.bytes) : "" };
    case "checking-cache":
      return { detail: "" };
    case "pulling":
    case "priming-cache":
    case "pushing":
      return transferProgress(phase);
    case "building":
      return buildingProgress(phase, course);
  }
}

function transferProgress({ layers }: PhaseCourse): Progress {
  const { layers: count, done, current, total } = layers.totals;
  if (count === 0) return { detail: "" };
  const bytes = total > 0
    ? `, ${formatBytes(current)} of ${formatBytes(total)}`
    : "";
  return {
    share: total > 0 ? current / total : done / count,
    detail: `${done}/${count} layers${bytes}`,
  };
}

/** The context is sent first; what the engine then does shows in its steps. */
function buildingProgress(
  { bytes, step }: PhaseCourse,
  { packedBytes }: BuildCourse,
): Progress {
  if (step !== undefined) {
    const { number, total } = step;
    return { share: number / total, detail: `step ${number} of ${total}` };
  }
  const sent = `context: ${formatBytes(bytes)}`;
  if (packedBytes === 0) return { detail: sent };
  return {
    share: bytes / packedBytes,
    // What the worker adds to a context, or leaves out, is little.
    detail: `${sent} of ${formatBytes(Math.max(packedBytes, bytes))}`,
  };
}
