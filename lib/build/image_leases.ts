import type { EngineClient } from "../engine/client.ts";
import { isEngineFailure } from "../engine/errors.ts";
import { whileAnswering } from "../engine/while_answering.ts";
import type { Logger } from "../telemetry/log.ts";
import { TimeLimitError } from "../time/watchdog.ts";
import { BuildRemains } from "./build_remains.ts";
import { attemptCleanUp, type CleanUpOptions } from "./clean_up.ts";
import type { EndedBuild, Holdings } from "./holdings.ts";
import { ImageCache } from "./image_cache.ts";
import { LeftSteps } from "./left_steps.ts";
import { NameLeases } from "./name_leases.ts";
import { NameLocks } from "./name_locks.ts";
import { StepClaims } from "./step_claims.ts";

/** Longest time that taking everything back may take, in milliseconds. */
const SETTLE_TIMEOUT = 60_000;

/** What {@linkcode ImageLeases} needs to know. */
export interface ImageLeasesOptions {
  readonly logger: Logger;
  /** Bytes of base images that are kept between builds. Default 0. */
  readonly cacheSize?: number;
}

/** How {@linkcode ImageLeases.takeBack} takes a build's things back. */
export interface TakeBackOptions {
  readonly logger: Logger;
}

/**
 * What the builds of one process have changed on their engine, so that they do
 * not take each other's images away, and all of it is taken back: at the end of
 * the last build that needs it, or as soon as the engine lets it. Disposing
 * takes everything back, with the base images that were kept.
 */
export class ImageLeases implements AsyncDisposable {
  /**
   * Who tags and pushes a name has it alone; who builds upon it shares it, from
   * the pull until the engine needs the name no more.
   */
  readonly locks: NameLocks = new NameLocks();
  readonly steps: StepClaims = new StepClaims();
  readonly names: NameLeases;
  readonly builds: BuildRemains;
  readonly #engine: EngineClient;
  readonly #logger: Logger;
  readonly #cache: ImageCache;
  readonly #leftSteps: LeftSteps;
  #isBehind = false;

  constructor(engine: EngineClient, options: ImageLeasesOptions) {
    const { steps } = this;
    this.#engine = engine;
    this.#logger = options.logger;
    this.#cache = new ImageCache(options.cacheSize ?? 0);
    this.names = new NameLeases(engine, { steps, cache: this.#cache });
    this.builds = new BuildRemains(engine, steps);
    const { builds, names } = this;
    this.#leftSteps = new LeftSteps(engine, { steps, names, builds });
  }

  /** What would have to be taken back if this process ended now. */
  get holdings(): Holdings {
    return {
      names: this.names.holdings,
      made: this.steps.made,
      builds: this.builds.holdings,
    };
  }

  /**
   * Takes over what another process has left, for {@linkcode settle} to take
   * back.
   */
  inherit({ names, made, builds }: Holdings): void {
    for (const name of names) this.names.inherit(name);
    for (const { id, madeSince } of made) this.steps.markMade(id, madeSince);
    for (const build of builds) this.builds.end(build);
  }

  /**
   * Takes back what a build leaves that has ended and let go of all it used.
   * What fails is logged, as it fails no build. An engine that does not answer
   * is not waited for: {@linkcode catchUp} does it then.
   *
   * @param tries what the build has had the engine do
   */
  async takeBack(
    tries: readonly EndedBuild[],
    { logger }: TakeBackOptions,
  ): Promise<void> {
    try {
      await this.#whileAnswering(async (signal) => {
        const options = { logger, signal };
        for (const ended of tries) {
          const { isDone } = ended;
          await attemptCleanUp(
            () => this.builds.find(ended, { isDone, signal }),
            options,
          );
        }
        await this.#removeUnused(options);
      });
    } catch (error) {
      if (!isEngineAway(error)) {
        logger.error("Cannot clean up after the build", { error });
        return;
      }
      this.#isBehind = true;
      logger.warning("The engine is away, cleaning up after the build later", {
        error,
      });
    }
  }

  /**
   * Takes back what could not be while the engine was away; does nothing when
   * there is no such thing.
   *
   * @throws {EngineError} when it still is
   * @throws the signal's reason when that aborts
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    if (!this.#isBehind) return;
    this.#isBehind = false;
    try {
      await this.settle(signal);
    } catch (error) {
      this.#isBehind = true;
      throw error;
    }
  }

  /**
   * Takes back what no build needs any more: containers that the engine left,
   * images without a name, what could not be taken back before, and kept
   * images beyond the budget. What the engine refuses is tried again the next
   * time.
   *
   * @throws {EngineUnavailableError} when the engine is away
   * @throws the signal's reason when that aborts
   */
  async settle(signal: AbortSignal): Promise<void> {
    const options = { logger: this.#logger, signal };
    await this.builds.findAll(options);
    await this.#removeUnused(options);
  }

  /**
   * Like {@linkcode settle}, and gives every kept image up, to make room.
   *
   * @throws {EngineUnavailableError} when the engine is away
   * @throws the signal's reason when that aborts
   */
  async reclaim(signal: AbortSignal): Promise<void> {
    await this.#giveUp(this.#cache.names, { logger: this.#logger, signal });
    await this.settle(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#whileAnswering((signal) => this.reclaim(signal));
    } catch (error) {
      if (isEngineAway(error)) {
        this.#logger.warning("The engine is away, leaving images on it", {
          error,
        });
      } else {
        this.#logger.error("Cannot clean up the engine", { error });
      }
    }
  }

  #whileAnswering(
    takeBack: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    return whileAnswering(this.#engine, takeBack, { limit: SETTLE_TIMEOUT });
  }

  async #removeUnused(options: CleanUpOptions): Promise<void> {
    const { signal } = options;
    await this.builds.removeContainers(options);
    for (const name of this.names.idle) {
      await attemptCleanUp(() => this.names.putBack(name, signal), options);
    }
    await this.#giveUp(this.#cache.surplus, options);
    await this.#leftSteps.remove(options);
  }

  async #giveUp(
    names: readonly string[],
    options: CleanUpOptions,
  ): Promise<void> {
    const { signal } = options;
    for (const name of names) {
      await attemptCleanUp(() => this.names.giveUp(name, signal), options);
    }
  }
}

/** Whether it is the engine that ended {@linkcode whileAnswering}. */
function isEngineAway(error: unknown): boolean {
  return isEngineFailure(error) || error instanceof TimeLimitError;
}
