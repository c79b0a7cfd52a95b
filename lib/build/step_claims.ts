import type { MadeImage } from "./holdings.ts";

/**
 * How long an image waits that a running build might still find in the cache,
 * in milliseconds. A build that finds one gone begins anew.
 */
const PATIENCE = 60_000;

/** An image that builds are built upon. */
interface Step {
  /** The builds that may be. */
  readonly builds: Set<object>;
  /** When the build began that says to have made it, by the engine's clock. */
  madeSince: number | undefined;
  /** When the last build was done with it. */
  unusedSince: number;
}

/**
 * Which builds of this process use which images of steps. One build finds in
 * the engine's cache what another makes at the same time, so that the last of
 * them takes it away.
 *
 * IDs may be in full or, as the engine tells them, in their short form.
 */
export class StepClaims {
  readonly #steps = new Map<string, Step>();
  readonly #building = new Set<object>();

  /** Images that builds have made and that none may need, newest first. */
  get leftovers(): readonly MadeImage[] {
    const patience = this.#building.size > 0 ? PATIENCE : 0;
    const latest = Date.now() - patience;
    return [...this.#steps].reverse().flatMap(([id, step]) => {
      const { builds, madeSince, unusedSince } = step;
      const isNeeded = builds.size > 0 || unusedSince > latest;
      return isNeeded || madeSince === undefined ? [] : [{ id, madeSince }];
    }).sort(byAge);
  }

  /** All images that builds have made and that are not known to be gone. */
  get made(): readonly MadeImage[] {
    return [...this.#steps].flatMap(([id, { madeSince }]) =>
      // JSON, in which the journal notes it, has no infinity.
      madeSince === undefined ? [] : [{ id, madeSince: Math.max(0, madeSince) }]
    );
  }

  /** Notes that the engine builds, and looks images up in its cache. */
  beginBuilding(build: object): Disposable {
    this.#building.add(build);
    return { [Symbol.dispose]: () => void this.#building.delete(build) };
  }

  /** Notes that a build makes an image, or has found it in the cache. */
  claim(id: string, build: object): void {
    this.#note(id).builds.add(build);
  }

  /** Notes that an image is the work of a build that began at this time. */
  markMade(id: string, began: number): void {
    const step = this.#note(id);
    step.madeSince = Math.min(step.madeSince ?? Infinity, began);
  }

  /**
   * Whether an image is the work of a build of this process, and no running
   * build may need it.
   *
   * @param created when it was made, RFC 3339
   */
  isOwn(id: string, created: string | undefined): boolean {
    const step = this.#steps.get(shortId(id));
    if (step?.madeSince === undefined) return false;
    return step.builds.size + this.#building.size === 0 &&
      isMadeSince(created, step.madeSince);
  }

  /** Whether a build of this process has made an image, or may need it. */
  has(id: string): boolean {
    return this.#steps.has(shortId(id));
  }

  /** Notes that a build is over. */
  release(build: object): void {
    for (const [id, step] of this.#steps) {
      if (!step.builds.delete(build) || step.builds.size > 0) continue;
      step.unusedSince = Date.now();
      if (step.madeSince === undefined) this.#steps.delete(id);
    }
  }

  /** Forgets an image that is gone, or was no build's. */
  forget(id: string): void {
    this.#steps.delete(shortId(id));
  }

  #note(id: string): Step {
    const key = shortId(id);
    let step = this.#steps.get(key);
    if (step === undefined) {
      const unusedSince = Date.now();
      step = { builds: new Set(), madeSince: undefined, unusedSince };
      this.#steps.set(key, step);
    }
    return step;
  }
}

/** What was pulled goes last: the others are built upon it. */
function byAge(one: MadeImage, other: MadeImage): number {
  // Both may be infinite.
  return one.madeSince === other.madeSince
    ? 0
    : other.madeSince - one.madeSince;
}

/** The first 12 hexadecimal digits. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/**
 * Whether an image was made at a time, in milliseconds since the epoch, or
 * later. One that does not tell may have been.
 *
 * @param created RFC 3339
 */
export function isMadeSince(
  created: string | undefined,
  time: number,
): boolean {
  return !(Date.parse(created ?? "") < time);
}
