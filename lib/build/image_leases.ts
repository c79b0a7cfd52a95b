import type { EngineClient } from "../engine/client.ts";
import type { ImageDetails } from "../engine/inspect_image.ts";
import { removeImage } from "../engine/remove_image.ts";
import { tagImage } from "../engine/tag.ts";
import type { Logger } from "../telemetry/log.ts";
import { attemptCleanUp } from "./clean_up.ts";
import type { Holdings, MakingBuild } from "./holdings.ts";
import { ImageCache } from "./image_cache.ts";
import { findImage, listDigests } from "./image_lookup.ts";
import { LeftContainers } from "./left_containers.ts";
import { NameLocks } from "./name_locks.ts";
import { isMadeSince, StepClaims, type StepLeftover } from "./step_claims.ts";

/** Longest time that giving up what was kept may take, in milliseconds. */
const CLEAR_TIMEOUT = 60_000;

/** What {@linkcode ImageLeases} needs to know. */
export interface ImageLeasesOptions {
  readonly logger: Logger;
  /** Bytes of base images that are kept between builds. Default 0. */
  readonly cacheSize?: number;
}

/** How a build lets go of a name. */
export interface ReleaseOptions {
  /** Whether what it stands for is worth keeping for later builds. */
  readonly keep?: boolean;
  readonly signal: AbortSignal;
}

/** A name that builds have given, or have had the engine pull. */
interface Lease {
  /** The image that it stood for before. */
  readonly before: string | undefined;
  users: number;
  /** Other names of that image, which must not lose the last of them. */
  readonly held: string[];
}

/**
 * What the builds of one process have changed on their engine, so that they do
 * not take each other's images away: a name stands for what it stood for
 * before once the last build that has changed it is over. Base images are kept
 * longer, as far as the cache has room; disposing gives those up.
 *
 * Names are in full, with tag or digest, as `engineName` gives them.
 */
export class ImageLeases implements AsyncDisposable {
  /**
   * Who tags and pushes a name has it alone; who builds upon it shares it, from
   * the pull until the engine needs the name no more.
   */
  readonly locks: NameLocks = new NameLocks();
  readonly steps: StepClaims = new StepClaims();
  /** The builds that run. */
  readonly builds: Set<MakingBuild> = new Set();
  readonly containers: LeftContainers = new LeftContainers();
  readonly #engine: EngineClient;
  readonly #logger: Logger;
  readonly #cache: ImageCache;
  readonly #leases = new Map<string, Lease>();
  /** Held while a name or an image is looked up, put back or removed. */
  readonly #changes = new NameLocks();

  constructor(engine: EngineClient, options: ImageLeasesOptions) {
    this.#engine = engine;
    this.#logger = options.logger;
    this.#cache = new ImageCache(options.cacheSize ?? 0);
  }

  /** What would have to be taken back if this process ended now. */
  get holdings(): Holdings {
    const leased = [...this.#leases].map(([name, { before }]) => ({
      name,
      before,
    }));
    const kept = this.#cache.names.map((name) => ({ name, before: undefined }));
    return {
      names: [...leased, ...kept],
      made: this.steps.made.map(({ id, madeSince }) => ({
        id,
        // JSON has no infinity.
        madeSince: Math.max(0, madeSince),
      })),
      builds: [...this.builds].map(({ began, images, containers }) => ({
        began,
        images,
        containers,
      })),
    };
  }

  /**
   * Takes over what another process has left, for {@linkcode settle} to take
   * back.
   */
  inherit({ names, made, builds }: Holdings): void {
    for (const { containers, began } of builds) {
      this.containers.note(containers, began);
    }
    for (const { name, before } of names) {
      if (this.#leases.has(name) || this.#cache.has(name)) continue;
      this.#leases.set(name, { before, users: 0, held: [] });
    }
    for (const { id, madeSince } of made) this.steps.markMade(id, madeSince);
  }

  /** Notes that a build is about to change what a name stands for. */
  async lease(name: string, signal: AbortSignal): Promise<void> {
    using _change = await this.#changes.take(name, { signal });
    const isOurs = this.#leases.has(name) || this.#cache.take(name);
    const image = isOurs
      ? undefined
      : await findImage(this.#engine, name, signal);
    this.#join(name, image?.id);
  }

  /** Notes that a build has made a name that was not there before. */
  async adopt(name: string, signal: AbortSignal): Promise<void> {
    using _change = await this.#changes.take(name, { signal });
    this.#cache.take(name);
    this.#join(name, undefined);
  }

  /**
   * The digests by which the engine knows images of a repository, besides
   * those that are there because of builds.
   */
  async listForeignDigests(
    repository: string,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const digests = await listDigests(this.#engine, repository, signal);
    return new Set([...digests].filter((digest) => {
      const name = `${repository}@${digest}`;
      return !this.#leases.has(name) && !this.#cache.has(name);
    }));
  }

  /**
   * Notes that a build is done with a name. The last one puts back what it
   * stood for, or keeps it.
   *
   * @throws {EngineError} {@linkcode settle} tries it again
   */
  async release(name: string, options: ReleaseOptions): Promise<void> {
    using _change = await this.#changes.take(name, options);
    const lease = this.#leases.get(name);
    if (lease === undefined) return;
    lease.users = Math.max(0, lease.users - 1);
    if (lease.users > 0) return;
    await this.#restore(name, lease, options);
    // It may have to wait for the lease of another name.
    if (lease.users === 0) this.#leases.delete(name);
    for (const other of lease.held) {
      await this.release(other, { signal: options.signal });
    }
  }

  /**
   * Takes back what no build needs any more: containers that the engine left,
   * images without a name, what could not be taken back before, and kept images beyond the budget. What fails is
   * logged.
   */
  async settle(signal: AbortSignal): Promise<void> {
    await attemptCleanUp(
      this.#logger,
      () => this.containers.remove(this.#engine, signal),
    );
    for (const [name, { users }] of [...this.#leases]) {
      if (users > 0) continue;
      await attemptCleanUp(this.#logger, () => this.release(name, { signal }));
    }
    for (const step of this.steps.leftovers) {
      await attemptCleanUp(this.#logger, () => this.#removeStep(step, signal));
    }
    await this.#giveUp(this.#cache.surplus, signal);
  }

  /** Like {@linkcode settle}, and gives every kept image up, to make room. */
  async reclaim(signal: AbortSignal): Promise<void> {
    await this.settle(signal);
    await this.#giveUp(this.#cache.names, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reclaim(AbortSignal.timeout(CLEAR_TIMEOUT));
  }

  #join(name: string, before: string | undefined): void {
    const lease = this.#leases.get(name);
    if (lease === undefined) {
      this.#leases.set(name, { before, users: 1, held: [] });
    } else lease.users++;
  }

  async #restore(
    name: string,
    { before }: Lease,
    { keep = false, signal }: ReleaseOptions,
  ): Promise<void> {
    const now = await findImage(this.#engine, name, signal);
    if (now === undefined || now.id === before) return;
    if (before !== undefined) {
      await tagImage(this.#engine, before, { as: name, signal });
      // A pull that was aborted at its end has told nobody of this image.
      this.steps.markMade(now.id, -Infinity);
    } else if (!(keep && this.#cache.keep(name, now))) {
      await this.#remove(name, now.id, signal);
    }
  }

  /** Removes a name, at once or as soon as its image has its own name back. */
  async #remove(name: string, id: string, signal: AbortSignal): Promise<void> {
    const holder = this.#holderOf(id);
    if (holder !== undefined) {
      holder.held.push(name);
      this.#join(name, undefined);
    } else {
      await removeImage(this.#engine, name, { keepParents: true, signal });
    }
  }

  /** Removes an image that has no name, unless it is to get one back. */
  async #removeUnnamed(
    { id, repoTags, repoDigests }: ImageDetails,
    signal: AbortSignal,
  ): Promise<void> {
    const hasName = repoTags.length > 0 || repoDigests.length > 0;
    if (hasName || this.#holderOf(id) !== undefined) return;
    await removeImage(this.#engine, id, { keepParents: true, signal });
  }

  /** The lease of a name that is to stand for an image again. */
  #holderOf(id: string): Lease | undefined {
    return this.#leases.values().find(({ before, users }) =>
      before === id && users > 0
    );
  }

  /**
   * A build's own output can name any image: only one without a name that is
   * younger than the build is its own.
   */
  async #removeStep(
    { id, madeSince }: StepLeftover,
    signal: AbortSignal,
  ): Promise<void> {
    using _change = await this.#changes.take(id, { signal });
    const image = await findImage(this.#engine, id, signal);
    const isOwn = isMadeSince(image?.created, madeSince);
    if (image !== undefined && isOwn) await this.#removeUnnamed(image, signal);
    this.steps.forget(id);
  }

  async #giveUp(names: readonly string[], signal: AbortSignal): Promise<void> {
    for (const name of names) {
      await attemptCleanUp(this.#logger, async () => {
        using _change = await this.#changes.take(name, { signal });
        if (!this.#cache.take(name)) return;
        const image = await findImage(this.#engine, name, signal);
        if (image !== undefined) await this.#remove(name, image.id, signal);
      });
    }
  }
}
