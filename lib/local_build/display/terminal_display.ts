import { getColorEnabled } from "@std/fmt/colors";
import { cleanLine } from "../../terminal/clean_line.ts";
import { LineSplitter } from "../../terminal/line_splitter.ts";
import { LiveRegion } from "../../terminal/live_region.ts";
import type { TerminalSize } from "../../terminal/terminal.ts";
import { TextOutput } from "../../terminal/text_output.ts";
import { BuildCourse } from "../course.ts";
import type { BuildDisplay, BuildEnd, BuildEvent } from "../event.ts";
import { phaseLines } from "./phase_line.ts";
import { COLORED, endLines } from "./summary.ts";

/**
 * Lines of the log that are shown at most. A terminal that is made smaller
 * pushes what it has no room for out of reach.
 */
const LOG_LINES = 15;

/** How often the screen is drawn, in milliseconds. */
const INTERVAL = 100;

/** DEC private mode 25. */
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** What a {@linkcode TerminalDisplay} draws on. */
export interface TerminalDisplayOptions {
  readonly output: WritableStream<Uint8Array>;
  /** The terminal's size; asked each time, as people change it. */
  size(): TerminalSize;
}

/**
 * Shows a build on a terminal: its phases with their progress, and below them
 * the end of its log, as much as there is room for. When the build is over, the
 * whole log takes its place, so that all of it can be read.
 */
export class TerminalDisplay implements BuildDisplay {
  readonly #output: TextOutput;
  readonly #size: () => TerminalSize;
  readonly #course = new BuildCourse();
  readonly #region = new LiveRegion();
  readonly #splitter = new LineSplitter();
  readonly #colors = getColorEnabled();
  /** As long as the worker lets a build's log become. */
  readonly #log: string[] = [];
  /** Runs from the first event on. */
  #timer: ReturnType<typeof setInterval> | undefined;
  #drawing: Promise<void> | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #end: BuildEnd | undefined;
  #isHidden = false;

  constructor({ output, size }: TerminalDisplayOptions) {
    this.#output = new TextOutput(output);
    this.#size = size;
  }

  show(event: BuildEvent): Promise<void> {
    if (this.#failure !== undefined) {
      return Promise.reject(this.#failure.reason);
    }
    this.#timer ??= setInterval(() => this.#draw(), INTERVAL);
    this.#course.follow(event);
    switch (event.kind) {
      case "output":
        this.#add(this.#splitter.push(event.text));
        break;
      case "remark":
        this.#add([
          ...this.#splitter.end(),
          ...event.text.trimEnd().split("\n"),
        ]);
        break;
      case "end":
        this.#end = event.end;
        break;
      case "status":
        if (event.id === undefined) this.#add([event.status]);
        break;
      case "phase":
      case "phase_ended":
      case "packed":
      case "sent":
        break;
    }
    return Promise.resolve();
  }

  /** Leaves everything on the screen as it is to stay, and the cursor as it was. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#drawing;
    if (this.#timer !== undefined) await this.#write(this.#lastScreen());
    await this.#output[Symbol.asyncDispose]();
  }

  #add(lines: readonly string[]): void {
    for (const line of lines) this.#log.push(this.#clean(line));
  }

  #clean(line: string): string {
    return cleanLine(line, { colors: this.#colors });
  }

  /** A slow terminal misses what is drawn in between. */
  #draw(): void {
    this.#drawing ??= this.#write(this.#screen()).finally(() => {
      this.#drawing = undefined;
    });
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#output.write(text);
    } catch (reason) {
      this.#failure = { reason };
    }
  }

  #screen(): string {
    const { columns, rows } = this.#size();
    const phases = phaseLines(this.#course, { columns });
    // Below it is the line with the cursor.
    const room = Math.max(1, rows - 1);
    const tail = Math.min(LOG_LINES, Math.max(0, room - phases.length - 1));
    const rest = this.#splitter.rest;
    const log = lastOf(tail, [
      ...lastOf(tail, this.#log),
      ...(rest === "" ? [] : [this.#clean(rest)]),
    ]);
    const lines = [...phases, ...(log.length > 0 ? ["", ...log] : [])];
    const cursor = this.#isHidden ? "" : HIDE_CURSOR;
    this.#isHidden = true;
    return `${cursor}${this.#region.draw(lastOf(room, lines), { columns })}`;
  }

  #lastScreen(): string {
    const { columns } = this.#size();
    this.#add(this.#splitter.end());
    const end = this.#end;
    const above = [
      ...phaseLines(this.#course, { columns, end }),
      ...(this.#log.length > 0 ? ["", ...this.#log] : []),
      ...(end ? ["", ...endLines(this.#course, end, COLORED)] : []),
    ];
    return `${this.#region.draw([], { columns, above })}${SHOW_CURSOR}`;
  }
}

function lastOf(count: number, lines: readonly string[]): string[] {
  return lines.slice(Math.max(0, lines.length - count));
}
