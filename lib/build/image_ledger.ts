import { delay } from "@std/async/delay";
import { BuildTrace } from "../engine/build_trace.ts";
import type { EngineClient } from "../engine/client.ts";
import { importImage } from "../engine/import_image.ts";
import { listContainers } from "../engine/list_containers.ts";
import { tagImage } from "../engine/tag.ts";
import { ImageReference } from "../image/reference.ts";
import type { Logger } from "../telemetry/log.ts";
import { attemptCleanUp } from "./clean_up.ts";
import type { MakingBuild } from "./holdings.ts";
import type { ImageLeases } from "./image_leases.ts";
import { findImage } from "./image_lookup.ts";
import { findStrayImages } from "./stray_images.ts";

/** Longest wait for the containers of an aborted build, in milliseconds. */
const CONTAINERS_TIMEOUT = 10_000;

/** Longest time that putting everything back may take, in milliseconds. */
const RESTORE_TIMEOUT = 60_000;

/** A tar without files: two blocks of zeros (POSIX.1-2017, pax, "ustar"). */
const EMPTY_TAR = new Uint8Array(1024);

/** What an {@linkcode ImageLedger} needs to know. */
export interface ImageLedgerOptions {
  readonly images: ImageLeases;
  readonly logger: Logger;
  /** Whether the build was ended before the engine was done with it. */
  isAborted(): boolean;
}

/** What becomes of an image that a build pulls. */
export interface NotePullOptions {
  /** Whether later builds may need it, too. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

/**
 * Knows what a build changes on the engine, and takes it back: every image
 * name stands again for what it stood for before, and what the build's steps
 * made is gone, as far as no other build of this process needs it. Nothing
 * else is touched: what was there before stays, and nothing is removed by force
 * or by label. The containers of the steps are removed by the engine itself,
 * also when a build is aborted.
 */
export class ImageLedger implements AsyncDisposable {
  /** What the engine says that the build's steps make. */
  readonly trace: BuildTrace;
  readonly #engine: EngineClient;
  readonly #images: ImageLeases;
  readonly #logger: Logger;
  readonly #isAborted: () => boolean;
  readonly #began: number = Date.now();
  readonly #making: MakingBuild;
  /** The names in use, and whether what they stand for is worth keeping. */
  readonly #pulled: { readonly name: string; readonly keep: boolean }[] = [];
  readonly #tagged: string[] = [];
  readonly #pulledIds = new Set<string>();
  /** The name of the image that was built. */
  #built: string | undefined;

  constructor(engine: EngineClient, options: ImageLedgerOptions) {
    this.#engine = engine;
    this.#images = options.images;
    this.#logger = options.logger;
    this.#isAborted = options.isAborted;
    this.trace = new BuildTrace((id) => this.#images.steps.claim(id, this));
    this.#making = making(this.trace, this.#began);
    this.#images.builds.add(this.#making);
  }

  /**
   * Notes what a name stands for that the build is about to pull.
   *
   * @returns takes the image's ID and digest, once they are known
   */
  async notePull(
    name: string,
    { keep, signal }: NotePullOptions,
  ): Promise<(id: string, digest: string | undefined) => Promise<void>> {
    const note = (name: string) => void this.#pulled.push({ name, keep });
    const noteDigest = await this.#note(name, note, signal);
    return async (id, digest) => {
      this.#pulledIds.add(id);
      if (digest !== undefined) await noteDigest(digest);
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
  ): Promise<(digest: string) => Promise<void>> {
    const note = (name: string) => void this.#tagged.push(name);
    return await this.#note(name, note, signal);
  }

  /** Notes that the engine builds, until the result is disposed of. */
  beginBuilding(): Disposable {
    return this.#images.steps.beginBuilding(this);
  }

  /**
   * Names the image that was built, so that it is there as long as the build.
   *
   * @returns the name, which nothing else has
   * @throws {EngineError}
   */
  async nameBuilt(id: string, signal: AbortSignal): Promise<string> {
    if (this.#built === undefined) {
      const name = `quay-builder.localhost/build:${crypto.randomUUID()}`;
      await this.#images.adopt(name, signal);
      this.#built = name;
    }
    await tagImage(this.#engine, id, { as: this.#built, signal });
    return this.#built;
  }

  /** Puts everything back. What fails is logged, as it fails no build. */
  async [Symbol.asyncDispose](): Promise<void> {
    const signal = AbortSignal.timeout(RESTORE_TIMEOUT);
    const images = this.#images;
    images.containers.note(this.trace.containers, this.#began);
    await this.#attempt(() => this.#waitForContainers(signal));
    // Backwards: an image that others are built upon would lose its name only.
    for (const name of this.#tagged.reverse()) {
      await this.#attempt(() => images.release(name, { signal }));
    }
    const strays = this.#isAborted() ? await this.#findStrays(signal) : [];
    for (const id of [...this.trace.images, ...strays]) {
      images.steps.markMade(id, this.#began);
    }
    images.builds.delete(this.#making);
    await this.#attempt(() => this.#releaseBuilt(signal));
    images.steps.release(this);
    await images.settle(signal);
    for (const { name, keep } of this.#pulled.reverse()) {
      await this.#attempt(() => images.release(name, { keep, signal }));
    }
    for (const id of this.#pulledIds) {
      // However old it is, it came with the build.
      images.steps.markMade(id, -Infinity);
    }
    await images.settle(signal);
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
    name: string,
    note: (name: string) => void,
    signal: AbortSignal,
  ): Promise<(digest: string) => Promise<void>> {
    const images = this.#images;
    const repository = ImageReference.parse(name).name;
    const foreign = await images.listForeignDigests(repository, signal);
    await images.lease(name, signal);
    note(name);
    // The engine also names what was pulled or pushed by its digest, and that
    // name stays when the tag moves on.
    return async (digest) => {
      const digestName = `${repository}@${digest}`;
      if (digestName === name || foreign.has(digest)) return;
      await images.adopt(digestName, signal);
      note(digestName);
    };
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

  /**
   * Takes the built image's name away. An image goes with its last name, but
   * may be one that was there before, without a name, and came out of the
   * engine's cache: then an empty image takes the name over, and goes with it.
   */
  async #releaseBuilt(signal: AbortSignal): Promise<void> {
    const name = this.#built;
    if (name === undefined) return;
    const image = await findImage(this.#engine, name, signal);
    if (image !== undefined) {
      const { id, created, repoTags, repoDigests } = image;
      const hasOtherNames = repoTags.length + repoDigests.length > 1;
      const isOwn = this.#images.steps.isOwn(id, this, created);
      if (!hasOtherNames && !isOwn) {
        const layer = new Blob([EMPTY_TAR]).stream();
        await importImage(this.#engine, layer, { as: name, signal });
      }
    }
    await this.#images.release(name, { signal });
  }

  #attempt(remove: () => Promise<void>): Promise<void> {
    return attemptCleanUp(this.#logger, remove);
  }
}

/** A build as its trace goes on to tell of it. */
function making(trace: BuildTrace, began: number): MakingBuild {
  return {
    began,
    get images() {
      return trace.images;
    },
    get containers() {
      return trace.containers;
    },
  };
}
