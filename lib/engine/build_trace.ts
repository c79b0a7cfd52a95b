import type { EngineMessage } from "./message.ts";

/**
 * What the engine's answers name as made by one build, in their short form
 * (12 hexadecimal digits): whatever becomes of the build, this is known.
 *
 * The classic builder tells it in the build's output, and a build step can
 * print the same lines. So these are hints for a clean-up, and no proof: an
 * image is the build's own only if it also has no name and is no older.
 */
export class BuildTrace {
  readonly #images = new Set<string>();
  readonly #containers = new Set<string>();
  #isFound = false;

  /** Images of finished steps, oldest first; neither bases nor cached ones. */
  get images(): readonly string[] {
    return [...this.#images];
  }

  /** Containers that steps ran in, oldest first. */
  get containers(): readonly string[] {
    return [...this.#containers];
  }

  /** Takes the next message of the build. */
  observe({ stream }: EngineMessage): void {
    if (stream === undefined) return;
    if (stream.startsWith(" ---> ")) return this.#observeArrow(stream);
    if (stream.startsWith("Step ")) {
      // The image of a FROM was there before.
      this.#isFound = /^Step \d+\/\d+ : FROM /i.test(stream);
    }
  }

  #observeArrow(line: string): void {
    const [, running, id] =
      /^ ---> (Running in )?([0-9a-f]{12})\n$/.exec(line) ?? [];
    if (line === " ---> Using cache\n") this.#isFound = true;
    else if (id === undefined) return;
    else if (running !== undefined) this.#containers.add(id);
    else if (!this.#isFound) this.#images.add(id);
  }
}
