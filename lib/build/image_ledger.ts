import { delay } from "@std/async/delay";
import { BuildTrace } from "../engine/build_trace.ts";
import type { EngineClient } from "../engine/client.ts";
import { listContainers } from "../engine/list_containers.ts";
import { removeImage } from "../engine/remove_image.ts";
import { tagImage } from "../engine/tag.ts";
import { ImageReference } from "../image/reference.ts";
import type { Logger } from "../telemetry/log.ts";
import { findImage, isStatus, listDigests } from "./image_lookup.ts";
import { findStrayImages } from "./stray_images.ts";

/** Longest wait for the containers of an aborted build, in milliseconds. */
const CONTAINERS_TIMEOUT = 10_000;

/** Longest time that putting everything back may take, in milliseconds. */
const RESTORE_TIMEOUT = 60_000;

/** What an {@linkcode ImageLedger} needs to know. */
export interface ImageLedgerOptions {
  readonly logger: Logger;
  /** Whether the build was ended before the engine was done with it. */
  isAborted(): boolean;
}

/**
 * Knows what a build changes on the engine, and takes it back: every image
 * name stands again for what it stood for before, and what the build's steps
 * made is gone. Nothing else is touched: what was there before stays, and
 * nothing is removed by force or by label. The containers of the steps are
 * removed by the engine itself, also when a build is aborted.
 */
export class ImageLedger implements AsyncDisposable {
  /** What the engine says that the build's steps make. */
  readonly trace: BuildTrace = new BuildTrace();
  readonly #engine: EngineClient;
  readonly #logger: Logger;
  readonly #isAborted: () => boolean;
  readonly #began: number = Date.now();
  /** Each name in use, and the image that it stood for before. */
  readonly #pulled = new Map<string, string | undefined>();
  readonly #tagged = new Map<string, string | undefined>();
  readonly #pulledIds = new Set<string>();

  constructor(
    engine: EngineClient,
    { logger, isAborted }: ImageLedgerOptions,
  ) {
    this.#engine = engine;
    this.#logger = logger;
    this.#isAborted = isAborted;
  }

  /**
   * Notes what a name stands for that the build is about to pull.
   *
   * @returns takes the image's ID and digest, once they are known
   */
  async notePull(
    name: string,
    signal: AbortSignal,
  ): Promise<(id: string, digest: string | undefined) => void> {
    const noteDigest = await this.#note(this.#pulled, name, signal);
    return (id, digest) => {
      this.#pulledIds.add(id);
      if (digest !== undefined) noteDigest(digest);
    };
  }

  /**
   * Notes what a name stands for that the build is about to give.
   *
   * @returns takes the image's digest, once it is pushed
   */
  async noteTag(
    name: string,
    signal: AbortSignal,
  ): Promise<(digest: string) => void> {
    return await this.#note(this.#tagged, name, signal);
  }

  /** Puts everything back. What fails is logged, as it fails no build. */
  async [Symbol.asyncDispose](): Promise<void> {
    const signal = AbortSignal.timeout(RESTORE_TIMEOUT);
    await this.#attempt(() => this.#waitForContainers(signal));
    // Backwards: an image that others are built upon would lose its name only.
    await this.#restoreAll(this.#tagged, signal);
    const strays = this.#isAborted() ? await this.#findStrays(signal) : [];
    for (const id of [...this.trace.images, ...strays].reverse()) {
      await this.#attempt(() => this.#removeStep(id, signal));
    }
    await this.#restoreAll(this.#pulled, signal);
    for (const id of [...this.#pulledIds].reverse()) {
      await this.#attempt(() => this.#removeUnnamed(id, signal));
    }
  }

  async #findStrays(signal: AbortSignal): Promise<string[]> {
    const { trace } = this;
    let strays: string[] = [];
    await this.#attempt(async () => {
      strays = await findStrayImages(this.#engine, {
        trace,
        began: this.#began,
        signal,
      });
    });
    return strays;
  }

  async #note(
    names: Map<string, string | undefined>,
    name: string,
    signal: AbortSignal,
  ): Promise<(digest: string) => void> {
    const repository = ImageReference.parse(name).name;
    const known = await listDigests(this.#engine, repository, signal);
    const before = this.#pulled.has(name)
      ? this.#pulled.get(name)
      : (await findImage(this.#engine, name, signal))?.id;
    if (!names.has(name)) names.set(name, before);
    // The engine also names what was pulled or pushed by its digest, and that
    // name stays when the tag moves on.
    return (digest) => {
      const digestName = `${repository}@${digest}`;
      if (!known.has(digest)) names.set(digestName, undefined);
    };
  }

  async #restoreAll(
    names: ReadonlyMap<string, string | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [name, before] of [...names].reverse()) {
      await this.#attempt(() => this.#restore(name, before, signal));
    }
  }

  /**
   * An aborted build's container is gone some seconds after the abort (four on
   * Engine 20.10); until then it holds its image.
   */
  async #waitForContainers(signal: AbortSignal): Promise<void> {
    const ids = this.trace.containers;
    if (ids.length === 0) return;
    const deadline = Date.now() + CONTAINERS_TIMEOUT;
    while (Date.now() < deadline) {
      const left = await listContainers(this.#engine, { ids, signal });
      if (left.length === 0) return;
      await delay(100, { signal });
    }
  }

  async #restore(
    name: string,
    before: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const now = await findImage(this.#engine, name, signal);
    if (now === undefined || now.id === before) return;
    if (before === undefined) {
      await removeImage(this.#engine, name, { keepParents: true, signal });
    } else {
      await tagImage(this.#engine, before, { as: name, signal });
      await this.#removeUnnamed(now.id, signal);
    }
  }

  /**
   * Removes the image of a finished step. A build's own output can name any
   * image: only one without a name that is younger than the build is its own.
   */
  async #removeStep(id: string, signal: AbortSignal): Promise<void> {
    const image = await findImage(this.#engine, id, signal);
    if (Date.parse(image?.created ?? "") < this.#began) return;
    await this.#removeUnnamed(id, signal);
  }

  /** Removes an image unless it has a name, and so another use. */
  async #removeUnnamed(id: string, signal: AbortSignal): Promise<void> {
    const image = await findImage(this.#engine, id, signal);
    if (image === undefined) return;
    if (image.repoTags.length > 0 || image.repoDigests.length > 0) return;
    await removeImage(this.#engine, image.id, { keepParents: true, signal });
  }

  /** What is gone already or still in use by another build is left alone. */
  async #attempt(remove: () => Promise<void>): Promise<void> {
    try {
      await remove();
    } catch (error) {
      if (isStatus(error, 404)) return;
      const level = isStatus(error, 409) ? "debug" : "warning";
      this.#logger[level]("Cannot clean up after the build", { error });
    }
  }
}
