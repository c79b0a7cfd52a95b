import type { EngineClient } from "../engine/client.ts";
import { type ImageSummary, listImages } from "../engine/list_images.ts";
import type { BuildRemains } from "./build_remains.ts";
import { listNotedImages } from "./journal/noted_images.ts";
import type { NameLeases } from "./name_leases.ts";
import { shortId, type StepClaims } from "./step_claims.ts";

/**
 * How long an image has to be nobody's to be taken for one of no build, in
 * milliseconds: other workers note what their builds make within a second.
 */
const PATIENCE = 3_000;

/** What {@linkcode Dependents} need to know. */
export interface DependentsOptions {
  readonly steps: StepClaims;
  readonly names: NameLeases;
  readonly builds: BuildRemains;
}

/** The images that are built upon others, so that the engine keeps those. */
export class Dependents {
  readonly #engine: EngineClient;
  readonly #options: DependentsOptions;
  /** Since when images are no worker's, in milliseconds of `performance`. */
  readonly #strangers = new Map<string, number>();

  constructor(engine: EngineClient, options: DependentsOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Whether somebody who is no worker has built upon an image, and may keep
   * that for ever. What builds have made, here or of other workers, goes first;
   * as long as not all of that is known, none is anybody else's.
   *
   * @param id in full
   * @throws {EngineError}
   */
  async areForeign(id: string, signal: AbortSignal): Promise<boolean> {
    const images = await listImages(this.#engine, { all: true, signal });
    const noted = await listNotedImages(this.#engine, signal);
    this.#forgetAllBut(images);
    // Only now, as builds went on meanwhile.
    const { steps, names, builds } = this.#options;
    if (!builds.isComplete) return false;
    const now = performance.now();
    return images.some((image) => {
      if (image.parent !== id) return false;
      const isBuilds = steps.has(image.id) || names.isNamed(image) ||
        noted.has(shortId(image.id));
      if (isBuilds) return false;
      const since = this.#strangers.get(image.id) ?? now;
      this.#strangers.set(image.id, since);
      return now - since >= PATIENCE;
    });
  }

  #forgetAllBut(images: readonly ImageSummary[]): void {
    const there = new Set(images.map(({ id }) => id));
    for (const id of this.#strangers.keys()) {
      if (!there.has(id)) this.#strangers.delete(id);
    }
  }
}
