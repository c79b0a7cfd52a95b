import type { EngineClient } from "../engine/client.ts";
import { removeImage } from "../engine/remove_image.ts";
import type { BuildRemains } from "./build_remains.ts";
import { attemptCleanUp, type CleanUpOptions } from "./clean_up.ts";
import { Dependents } from "./dependents.ts";
import type { MadeImage } from "./holdings.ts";
import { findImage, isStatus } from "./image_lookup.ts";
import type { NameLeases } from "./name_leases.ts";
import { NameLocks } from "./name_locks.ts";
import { isMadeSince, type StepClaims } from "./step_claims.ts";

/** What {@linkcode LeftSteps} need to know. */
export interface LeftStepsOptions {
  readonly steps: StepClaims;
  /** Those that images without a name may be about to get back. */
  readonly names: NameLeases;
  /** Those that may have made images of which nobody knows yet. */
  readonly builds: BuildRemains;
}

/** The images of steps, and of pulls, that no build uses any more. */
export class LeftSteps {
  readonly #engine: EngineClient;
  readonly #options: LeftStepsOptions;
  readonly #dependents: Dependents;
  /** Held while an image is looked up and removed. */
  readonly #removals = new NameLocks();

  constructor(engine: EngineClient, options: LeftStepsOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#dependents = new Dependents(engine, options);
  }

  /**
   * Removes them, again and again as long as that gets on: an image goes after
   * those that are built upon it, whichever build made it. One that somebody
   * else has built upon is left to them. What fails is tried again the next
   * time.
   *
   * @throws {EngineUnavailableError} when the engine is away
   * @throws the signal's reason when that aborts
   */
  async remove(options: CleanUpOptions): Promise<void> {
    const { steps } = this.#options;
    for (let last = Infinity; steps.leftovers.length < last;) {
      const { leftovers } = steps;
      last = leftovers.length;
      for (const step of leftovers) {
        await attemptCleanUp(() => this.#remove(step, options.signal), options);
      }
    }
  }

  /**
   * A build's own output can name any image: only one without a name that is
   * younger than the build is its own.
   */
  async #remove(
    { id, madeSince }: MadeImage,
    signal: AbortSignal,
  ): Promise<void> {
    const { names, steps } = this.#options;
    using _removal = await this.#removals.take(id, { signal });
    const image = await findImage(this.#engine, id, signal);
    // It goes with its name, or after it.
    if (image !== undefined && names.isNamed(image)) return;
    if (image !== undefined && isMadeSince(image.created, madeSince)) {
      const { repoTags, repoDigests } = image;
      const hasName = repoTags.length + repoDigests.length > 0;
      if (!hasName && !names.isAwaited(image.id)) {
        await this.#removeUnused(image.id, signal);
      }
    }
    steps.forget(id);
  }

  /** Removes an image, unless others build upon it: then it stays for them. */
  async #removeUnused(id: string, signal: AbortSignal): Promise<void> {
    try {
      await removeImage(this.#engine, id, { keepParents: true, signal });
    } catch (error) {
      const isTheirs = isStatus(error, 409) &&
        await this.#dependents.areForeign(id, signal);
      if (!isTheirs) throw error;
    }
  }
}
