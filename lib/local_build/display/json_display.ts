import { TextOutput } from "../../terminal/text_output.ts";
import { BuildCourse } from "../course.ts";
import type { BuildDisplay, BuildEnd, BuildEvent } from "../event.ts";

/**
 * Shows a build to another program: a JSON object a line, each with `event`
 * and `time` (ISO 8601).
 */
export class JsonDisplay implements BuildDisplay {
  readonly #output: TextOutput;
  readonly #course = new BuildCourse();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#output = new TextOutput(stream);
  }

  async show(event: BuildEvent): Promise<void> {
    this.#course.follow(event);
    const line = {
      event: event.kind === "end" ? "result" : event.kind,
      time: new Date().toISOString(),
      ...this.#fieldsOf(event),
    };
    await this.#output.write(`${JSON.stringify(line)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output[Symbol.asyncDispose]();
  }

  #fieldsOf(event: BuildEvent): Record<string, unknown> {
    switch (event.kind) {
      case "status": {
        const { kind: _, progress, ...fields } = event;
        return { ...fields, ...progress };
      }
      case "phase":
      case "phase_ended":
      case "output":
      case "packed":
      case "sent":
      case "remark": {
        const { kind: _, ...fields } = event;
        return fields;
      }
      case "end":
        return {
          ...resultFields(event.end),
          seconds: toSeconds(this.#course.duration),
          phases: this.#course.phases.map((
            { phase, began, ended = began },
          ) => ({
            phase,
            seconds: toSeconds(ended - began),
          })),
        };
    }
  }
}

function resultFields(end: BuildEnd): Record<string, unknown> {
  switch (end.kind) {
    case "success":
      return {
        outcome: end.kind,
        image_id: end.imageId,
        digests: end.digests,
      };
    case "failure":
      return { outcome: end.kind, failure: end.failure, message: end.message };
    case "cancelled":
      return { outcome: end.kind };
  }
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
