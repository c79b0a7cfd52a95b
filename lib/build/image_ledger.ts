import { BuildTrace } from "../engine/build_trace.ts";
import type { EngineClient } from "../engine/client.ts";
import { tagImage } from "../engine/tag.ts";
import { ImageReference } from "../image/reference.ts";
import type { Logger } from "../telemetry/log.ts";
import type { MakingBuild } from "./holdings.ts";
import type { ImageLeases } from "./image_leases.ts";

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
  /** What the engine says that the build's steps make. */
  readonly trace: BuildTrace;
  readonly #engine: EngineClient;
  readonly #options: ImageLedgerOptions;
  readonly #images: ImageLeases;
  readonly #making: MakingBuild;
  readonly #names: UsedName[] = [];
  /** The name of the image that was built. */
  #built: string | undefined;

  constructor(engine: EngineClient, options: ImageLedgerOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#images = options.images;
    this.trace = new BuildTrace((id) => this.#images.steps.claim(id, this));
    this.#making = making(this.trace);
    this.#images.builds.begin(this.#making);
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
      await this.#images.names.adopt(name, { isGiven: true });
      this.#names.push({ name, isGiven: true, isKept: false });
      this.#built = name;
    }
    await tagImage(this.#engine, id, { as: this.#built, signal });
    return this.#built;
  }

  /** Takes everything back. What fails is logged, as it fails no build. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { logger, isAborted } = this.#options;
    // At once and whatever follows, so that it can be taken back later.
    const { builds, names, steps } = this.#images;
    builds.end(this.#making);
    steps.release(this);
    for (const { name, isKept } of this.#names) names.letGo(name, { isKept });
    await this.#images.takeBack(this.#making, {
      isAborted: isAborted(),
      logger,
    });
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

/** A build as its trace goes on to tell of it. */
function making(trace: BuildTrace): MakingBuild {
  return {
    began: Date.now(),
    get images() {
      return trace.images;
    },
    get containers() {
      return trace.containers;
    },
  };
}
