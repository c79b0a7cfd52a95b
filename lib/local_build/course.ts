import type { Phase } from "../manager/manager.ts";
import type { BuildEvent } from "./event.ts";
import { Layers } from "./display/layers.ts";

/** One phase of a build, as far as it has come. Changes as time goes by. */
export interface PhaseCourse {
  readonly phase: Phase;
  /** The image that it is about. */
  readonly image: string | undefined;
  /** When it began, in milliseconds on the clock of `performance.now()`. */
  readonly began: number;
  /** When it ended, if it has. */
  readonly ended: number | undefined;
  /** Whether it ended without what it is for. */
  readonly stopped: boolean;
  /** Bytes packed in `unpacking`, and sent in `building`. */
  readonly bytes: number;
  readonly layers: Layers;
  /** The step that runs in `building`. */
  readonly step: Step | undefined;
}

/** `Step 2/5 :`, as the engine's builder counts. */
export interface Step {
  readonly number: number;
  readonly total: number;
}

const STEP = /^Step (\d+)\/(\d+) :/gm;

/** Follows a build through its phases. */
export class BuildCourse {
  readonly #phases: Writable<PhaseCourse>[] = [];
  readonly #began = performance.now();
  #ended: number | undefined;

  /** The phases so far, in their order. */
  get phases(): readonly PhaseCourse[] {
    return this.#phases;
  }

  /** Bytes that were packed of local files; 0 where the source is no such. */
  get packedBytes(): number {
    return this.#phases.find(({ phase }) => phase === "unpacking")?.bytes ?? 0;
  }

  /** How long the build has taken, in milliseconds. */
  get duration(): number {
    return (this.#ended ?? performance.now()) - this.#began;
  }

  /** Takes over what happened. */
  follow(event: BuildEvent): void {
    const current = this.#phases.at(-1);
    switch (event.kind) {
      case "phase":
        this.#endPhase();
        this.#phases.push({
          phase: event.phase,
          image: event.image,
          began: performance.now(),
          ended: undefined,
          stopped: false,
          bytes: 0,
          layers: new Layers(),
          step: undefined,
        });
        return;
      case "phase_ended":
        if (current?.phase !== event.phase) return;
        current.stopped = !event.completed;
        this.#endPhase();
        return;
      case "status":
        current?.layers.update(event);
        return;
      case "output":
        if (current) current.step = lastStep(event.text) ?? current.step;
        return;
      case "packed":
      case "sent":
        if (current) current.bytes += event.bytes;
        return;
      case "end":
        this.#endPhase();
        this.#ended = performance.now();
        return;
      case "remark":
        return;
    }
  }

  #endPhase(): void {
    const current = this.#phases.at(-1);
    if (current) current.ended ??= performance.now();
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function lastStep(text: string): Step | undefined {
  const [, number, total] = [...text.matchAll(STEP)].at(-1) ?? [];
  return number === undefined
    ? undefined
    : { number: Number(number), total: Number(total) };
}
