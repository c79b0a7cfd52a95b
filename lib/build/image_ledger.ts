import type { BuildTrace } from "../engine/build_trace.ts";
import type { EngineClient } from "../engine/client.ts";
import { getSystemTime } from "../engine/system_time.ts";
import { tagImage } from "../engine/tag.ts";
import { ImageReference } from "../image/reference.ts";
import type { Logger } from "../telemetry/log.ts";
import { BuildTry } from "./build_try.ts";
import type { ImageLeases } from "./image_leases.ts";

/** What an {@linkcode ImageLedger} needs to know. */
export interface ImageLedgerOptions {
  readonly images: ImageLeases;
  readonly logger: Logger;
}

/** What becomes of an image that a build pulls. */
export interface NotePullOptions {
  /** Whether later builds may need it, too. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

/** A name that the build uses. */
interface UsedName {
  readonly name: string;
  /** Whether the build gives it itself; otherwise the engine pulls it. */
  readonly isGiven: boolean;
  /** Whether later builds may need what it stands for. */
  readonly isKept: boolean;
}

/** Takes the digest of what was pulled or pushed, once it is known. */
export type NoteDigest = (digest: string) => Promise<void>;

/**
 * Knows what a build changes on the engine. Disposing takes it back: every
 * image name stands again for what it stood for before, and what the build's
 * steps made is gone, as far as no other build of this process needs it.
 * Nothing else is touched: what was there before stays, and nothing is removed
 * by force or by label.
 */
export class ImageLedger implements AsyncDisposable {
  readonly #engine: EngineClient;
  readonly #options: ImageLedgerOptions;
  readonly #images: ImageLeases;
  readonly #tries: BuildTry[] = [];
  readonly #names: UsedName[] = [];
  /** The name of the image that was built. */
  #built: string | undefined;

  constructor(engine: EngineClient, options: ImageLedgerOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#images = options.images;
  }

  /** The container of the last step that ran in one, in its short form. */
  get lastContainer(): string | undefined {
    return this.#tries.at(-1)?.containers.at(-1);
  }

  /** Notes what a name stands for that the build is about to pull. */
  notePull(
    name: string,
    { keep, signal }: NotePullOptions,
  ): Promise<NoteDigest> {
    return this.#note({ name, isGiven: false, isKept: keep }, signal);
  }

  /** Notes what a name stands for that the build is about to give. */
  noteTag(name: string, signal: AbortSignal): Promise<NoteDigest> {
    return this.#note({ name, isGiven: true, isKept: false }, signal);
  }

  /**
   * Has the engine build, and notes what its steps make, which each try does
   * anew.
   *
   * @throws {EngineError}
   * @throws what `build` does
   */
  async tryBuilding<T>(
    build: (trace: BuildTrace) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { builds, steps } = this.#images;
    const latest = new BuildTry({
      began: await getSystemTime(this.#engine, { signal }),
      onImage: (id) => steps.claim(id, this),
    });
    using _building = steps.beginBuilding(this);
    this.#tries.push(latest);
    builds.begin(latest);
    return await latest.run(build);
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
      await this.#images.names.adopt(name, { isGiven: true });
      this.#names.push({ name, isGiven: true, isKept: false });
      this.#built = name;
    }
    await tagImage(this.#engine, id, { as: this.#built, signal });
    return this.#built;
  }

  /** Takes everything back. What fails is logged, as it fails no build. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { logger } = this.#options;
    // At once and whatever follows, so that it can be taken back later.
    const { builds, names, steps } = this.#images;
    for (const ended of this.#tries) builds.end(ended);
    steps.release(this);
    for (const { name, isKept } of this.#names) names.letGo(name, { isKept });
    await this.#images.takeBack(this.#tries, { logger });
  }

  async #note(used: UsedName, signal: AbortSignal): Promise<NoteDigest> {
    const { names } = this.#images;
    const { name, isGiven } = used;
    const repository = ImageReference.parse(name).name;
    const foreign = await names.listForeignDigests(repository, signal);
    await names.lease(name, { isGiven, signal });
    this.#names.push(used);
    // The engine also names what was pulled or pushed by its digest, and that
    // name stays when the tag moves on.
    return async (digest) => {
      const digestName = `${repository}@${digest}`;
      if (digestName === name || foreign.has(digest)) return;
      await names.adopt(digestName, { isGiven });
      this.#names.push({ ...used, name: digestName });
    };
  }
}
