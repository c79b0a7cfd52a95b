import { BuildTrace } from "../engine/build_trace.ts";
import { EngineHttpError, EngineStreamError } from "../engine/errors.ts";
import type { EndedBuild } from "./holdings.ts";

/** What a {@linkcode BuildTry} needs to know. */
export interface BuildTryOptions {
  /** When it began by the engine's clock, in milliseconds since the epoch. */
  readonly began: number;
  /** Told at once of every image: made, cached, or a base. */
  onImage(id: string): void;
}

/** One try of the engine to build an image, as its answer goes on to tell. */
export class BuildTry implements EndedBuild {
  readonly began: number;
  readonly #trace: BuildTrace;
  #isDone = false;

  constructor({ began, onImage }: BuildTryOptions) {
    this.began = began;
    this.#trace = new BuildTrace(onImage);
  }

  get images(): readonly string[] {
    return this.#trace.images;
  }

  get containers(): readonly string[] {
    return this.#trace.containers;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Has the engine build, and notes whether it came to an end with that: when
   * it is given up, or the way to it breaks, it goes on.
   */
  async run<T>(build: (trace: BuildTrace) => Promise<T>): Promise<T> {
    try {
      const result = await build(this.#trace);
      this.#isDone = true;
      return result;
    } catch (error) {
      this.#isDone = error instanceof EngineStreamError ||
        error instanceof EngineHttpError;
      throw error;
    }
  }
}
