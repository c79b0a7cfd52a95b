import type { EngineMessage } from "./message.ts";

/**
 * What the engine's answers name as made by one build, in their short form
 * (12 hexadecimal digits): whatever becomes of the build, this is known.
 *
 * The classic builder tells it in the build's output, and a build step can
 * print the same lines. So these are hints for a clean-up, and no proof: an
 * image is the build's own only if it also has no name and is no older. Of each
 * step there is one container, the first named, and one image, the last.
 */
export class BuildTrace {
  readonly #onImage: ((id: string) => void) | undefined;
  readonly #images = new Map<number, string>();
  readonly #containers = new Map<number, string>();
  /** How many steps the first of them says that there are. */
  #steps: number | undefined;
  #step = 0;
  #isFound = false;

  /** @param onImage told at once of every image: made, cached, or a base */
  constructor(onImage?: (id: string) => void) {
    this.#onImage = onImage;
  }

  /** Images of finished steps, oldest first; neither bases nor cached ones. */
  get images(): readonly string[] {
    return [...new Set(this.#images.values())];
  }

  /** Containers that steps ran in, oldest first. */
  get containers(): readonly string[] {
    return [...new Set(this.#containers.values())];
  }

  /** Takes the next message of the build. */
  observe({ stream }: EngineMessage): void {
    if (stream === undefined) return;
    if (stream.startsWith(" ---> ")) this.#observeArrow(stream);
    else if (stream.startsWith("Step ")) this.#observeStep(stream);
  }

  #observeStep(line: string): void {
    const [, step, steps, base] =
      /^Step (\d{1,9})\/(\d{1,9}) :( FROM )?/i.exec(line) ?? [];
    this.#steps ??= Number(steps);
    if (Number(steps) !== this.#steps || Number(step) > this.#steps) return;
    this.#step = Number(step);
    // The image of a FROM was there before.
    this.#isFound = base !== undefined;
  }

  #observeArrow(line: string): void {
    const [, running, id] =
      /^ ---> (Running in )?([0-9a-f]{12})\n$/.exec(line) ?? [];
    if (line === " ---> Using cache\n") this.#isFound = true;
    else if (id === undefined) return;
    else if (running === undefined) this.#observeImage(id);
    else if (!this.#containers.has(this.#step)) {
      this.#containers.set(this.#step, id);
    }
  }

  #observeImage(id: string): void {
    if (!this.#isFound) this.#images.set(this.#step, id);
    this.#onImage?.(id);
  }
}
