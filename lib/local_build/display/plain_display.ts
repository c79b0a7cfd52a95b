import { cleanLine } from "../../terminal/clean_line.ts";
import { LineSplitter } from "../../terminal/line_splitter.ts";
import { TextOutput } from "../../terminal/text_output.ts";
import { BuildCourse } from "../course.ts";
import type { BuildDisplay, BuildEvent } from "../event.ts";
import { summaryLines } from "./summary.ts";

/** Shows a build as lines of plain text, for a file or another program. */
export class PlainDisplay implements BuildDisplay {
  readonly #output: TextOutput;
  readonly #course = new BuildCourse();
  readonly #log = new LineSplitter();
  /** What was last told of each layer. */
  readonly #told = new Map<string, string>();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#output = new TextOutput(stream);
  }

  async show(event: BuildEvent): Promise<void> {
    this.#course.follow(event);
    const lines = this.#linesOf(event);
    await this.#output.write(lines.map((line) => `${line}\n`).join(""));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output[Symbol.asyncDispose]();
  }

  #linesOf(event: BuildEvent): string[] {
    switch (event.kind) {
      case "phase":
        this.#told.clear();
        return [...this.#endLine(), phaseLine(event)];
      case "output":
        return this.#log.push(event.text).map((line) => cleanLine(line));
      case "status":
        return [...this.#endLine(), ...this.#statusLines(event)];
      case "remark":
        return [...this.#endLine(), ...clean(event.text)];
      case "end":
        return [
          ...this.#endLine(),
          ...(this.#course.phases.length > 0 ? [""] : []),
          ...summaryLines(this.#course, event.end),
        ];
      case "phase_ended":
      case "packed":
      case "sent":
        return [];
    }
  }

  #endLine(): string[] {
    return this.#log.end().map((line) => cleanLine(line));
  }

  /** Each state of a layer once; the bytes in between are for bars. */
  #statusLines(
    { id, progress, status }: Extract<BuildEvent, { kind: "status" }>,
  ): string[] {
    if (progress !== undefined && progress.current < progress.total) return [];
    if (id !== undefined && this.#told.get(id) === status) return [];
    if (id !== undefined) this.#told.set(id, status);
    return [cleanLine(id === undefined ? status : `${id}: ${status}`)];
  }
}

function phaseLine(
  { phase, image }: Extract<BuildEvent, { kind: "phase" }>,
): string {
  return `── ${phase}${image === undefined ? "" : ` ${cleanLine(image)}`} ──`;
}

function clean(text: string): string[] {
  return text.trimEnd().split("\n").map((line) => cleanLine(line));
}
