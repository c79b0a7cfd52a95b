import type { EngineClient } from "../engine/client.ts";
import { attemptCleanUp, type CleanUpOptions } from "./clean_up.ts";
import type { MakingBuild } from "./holdings.ts";
import { LeftContainers } from "./left_containers.ts";
import type { StepClaims } from "./step_claims.ts";
import { findStrayImages } from "./stray_images.ts";

/** How {@linkcode BuildRemains.find} looks. */
export interface FindRemainsOptions {
  /** Whether the engine itself said how the build ended. */
  readonly isDone: boolean;
  readonly signal: AbortSignal;
}

/**
 * Follows builds from their beginning until all that their steps made is known:
 * an engine goes on for a while with a build that was aborted, or to which the
 * connection broke.
 */
export class BuildRemains {
  readonly #engine: EngineClient;
  readonly #steps: StepClaims;
  readonly #containers: LeftContainers;
  readonly #running = new Set<MakingBuild>();
  readonly #over = new Set<MakingBuild>();

  constructor(engine: EngineClient, steps: StepClaims) {
    this.#engine = engine;
    this.#steps = steps;
    this.#containers = new LeftContainers(engine);
  }

  /**
   * The builds of which not everything is known yet, and containers of others
   * that are still to be removed.
   */
  get holdings(): readonly MakingBuild[] {
    // As they are now: what a build makes, it goes on to tell.
    const builds = [...this.#running, ...this.#over].map(
      ({ began, images, containers }) => ({ began, images, containers }),
    );
    const left = this.#containers.holdings.map(
      (containers) => ({ ...containers, images: [] }),
    );
    return [...builds, ...left];
  }

  /** Whether all is known that builds made which are over. */
  get isComplete(): boolean {
    return this.#over.size === 0;
  }

  /** Notes that a build begins. */
  begin(build: MakingBuild): void {
    this.#running.add(build);
  }

  /** Notes that a build is over; its remains are still to be found. */
  end(build: MakingBuild): void {
    for (const id of build.images) this.#steps.markMade(id, build.began);
    this.#running.delete(build);
    this.#over.add(build);
  }

  /**
   * Finds what the engine made of a build that is over, once it is done with
   * it; what it is still at is left to the next look.
   *
   * @throws {EngineError} it can be tried again
   */
  async find(
    build: MakingBuild,
    { isDone, signal }: FindRemainsOptions,
  ): Promise<void> {
    await this.#containers.waitFor(build, signal);
    this.#containers.note(build);
    if (!isDone) {
      const { began } = build;
      const strays = await findStrayImages(this.#engine, {
        trace: build,
        began,
        signal,
      });
      for (const id of strays.ids) this.#steps.markMade(id, began);
      if (!strays.areAll) return;
    }
    this.#over.delete(build);
  }

  /**
   * Finds the same for all builds that are over. An engine that was away has
   * told nobody what else it did.
   */
  async findAll(options: CleanUpOptions): Promise<void> {
    const { signal } = options;
    const find = (build: MakingBuild) =>
      this.find(build, { isDone: false, signal });
    await Promise.all(
      [...this.#over].map((build) =>
        attemptCleanUp(() => find(build), options)
      ),
    );
  }

  /** Removes the containers that the engine has left. */
  async removeContainers(options: CleanUpOptions): Promise<void> {
    await attemptCleanUp(() => this.#containers.remove(options), options);
  }
}
