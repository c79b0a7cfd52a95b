import type { EngineClient } from "../engine/client.ts";
import type { ImageDetails } from "../engine/inspect_image.ts";
import { removeImage } from "../engine/remove_image.ts";
import { tagImage } from "../engine/tag.ts";
import { ImageReference } from "../image/reference.ts";
import type { HeldName } from "./holdings.ts";
import type { ImageCache } from "./image_cache.ts";
import { findImage, isStatus, listDigests } from "./image_lookup.ts";
import { type Lease, LeaseBook } from "./lease_book.ts";
import { NameLocks } from "./name_locks.ts";
import {
  isPlaceholder,
  leaveUnnamed,
  removeUnnamedPlaceholders,
} from "./placeholder.ts";
import type { StepClaims } from "./step_claims.ts";

/** What {@linkcode NameLeases} share with others. */
export interface NameLeasesOptions {
  readonly steps: StepClaims;
  /** Names that are kept between builds. */
  readonly cache: ImageCache;
}

/** The names that an engine tells of an image. */
export type ImageNames = Pick<ImageDetails, "repoTags" | "repoDigests">;

/** How a build comes to use a name. */
export interface LeaseOptions {
  /** Whether the build gives it itself; otherwise the engine pulls it. */
  readonly isGiven: boolean;
  readonly signal: AbortSignal;
}

/**
 * The names that the builds of one process have changed on their engine: each
 * stands for what it stood for before once the last build that has changed it
 * is over. Base images are kept longer, as far as the cache has room.
 *
 * Names are in full, with tag or digest, as `engineName` gives them.
 */
export class NameLeases {
  readonly #engine: EngineClient;
  readonly #steps: StepClaims;
  readonly #cache: ImageCache;
  readonly #leases = new LeaseBook();
  /** Held while a name is looked up, put back or removed. */
  readonly #changes = new NameLocks();
  /** As long as this is so, the name that one was made for is not forgotten. */
  #hasPlaceholders = false;

  constructor(engine: EngineClient, { steps, cache }: NameLeasesOptions) {
    this.#engine = engine;
    this.#steps = steps;
    this.#cache = cache;
  }

  /** What would have to be put back if this process ended now. */
  get holdings(): readonly HeldName[] {
    const kept = this.#cache.names.map((name) => ({
      name,
      before: undefined,
      now: this.#cache.idOf(name),
    }));
    return [...this.#leases.holdings, ...kept];
  }

  /** The names that no build uses any more, newest first. */
  get idle(): readonly string[] {
    return this.#leases.idle;
  }

  /** Takes over a name that another process has left, for no build to use. */
  inherit({ name, before }: HeldName): void {
    if (this.#cache.has(name)) return;
    this.#hasPlaceholders = true;
    this.#leases.add(name, { before, isGiven: false });
  }

  /**
   * Notes that a build is about to change what a name stands for.
   *
   * @throws {EngineError}
   */
  async lease(
    name: string,
    { isGiven, signal }: LeaseOptions,
  ): Promise<void> {
    using _change = await this.#changes.take(name, { signal });
    const isOurs = this.#leases.has(name) || this.#cache.take(name);
    const image = isOurs
      ? undefined
      : await findImage(this.#engine, name, signal);
    this.#leases.join(name, { before: image?.id, isGiven });
  }

  /**
   * Notes that a build has made a name that was not there before, whatever has
   * become of the build meanwhile.
   */
  async adopt(
    name: string,
    { isGiven }: Pick<LeaseOptions, "isGiven">,
  ): Promise<void> {
    const { signal } = new AbortController();
    using _change = await this.#changes.take(name, { signal });
    this.#cache.take(name);
    this.#leases.join(name, { before: undefined, isGiven });
  }

  /**
   * The digests by which the engine knows images of a repository, besides
   * those that are there because of builds.
   *
   * @throws {EngineError}
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
   * Notes that a build is done with a name. After the last one it is idle, for
   * {@linkcode putBack}.
   *
   * @param isKept whether what it stands for is worth keeping for later builds
   */
  letGo(name: string, options: { readonly isKept?: boolean } = {}): void {
    this.#leases.leave(name, options);
  }

  /**
   * Has an idle name stand for what it stood for before, or keeps it.
   *
   * @throws {EngineError} it stays idle, and can be tried again
   */
  async putBack(name: string, signal: AbortSignal): Promise<void> {
    using _change = await this.#changes.take(name, { signal });
    const lease = this.#leases.getIdle(name);
    if (lease === undefined) return;
    await this.#restore(name, lease, signal);
    await this.#removePlaceholders(signal);
    // It may have to wait for the lease of another name, or be used anew.
    if (lease.users > 0) return;
    this.#leases.delete(name);
    // All before the first: those that cannot be put back now are idle then.
    for (const other of lease.held) this.letGo(other);
    for (const other of lease.held) await this.putBack(other, signal);
  }

  /**
   * Removes a name that was kept, unless a build uses it again.
   *
   * @throws {EngineError} it is idle then, for {@linkcode putBack}
   */
  async giveUp(name: string, signal: AbortSignal): Promise<void> {
    if (!this.#cache.take(name)) return;
    this.#leases.add(name, { before: undefined, isGiven: false });
    await this.putBack(name, signal);
  }

  /** Whether one of an image's names is there because of builds. */
  isNamed({ repoTags, repoDigests }: ImageNames): boolean {
    const familiar = (name: string) => ImageReference.parse(name).familiar;
    const ours = new Set(this.holdings.map(({ name }) => familiar(name)));
    return [...repoTags, ...repoDigests]
      .some((name) => ours.has(familiar(name)));
  }

  /** Whether a name is to stand for an image again. */
  isAwaited(id: string): boolean {
    return this.#leases.holderOf(id) !== undefined;
  }

  async #restore(
    name: string,
    lease: Lease,
    signal: AbortSignal,
  ): Promise<void> {
    const { before, isGiven, isKept } = lease;
    const now = await findImage(this.#engine, name, signal);
    if (now === undefined || now.id === before) return;
    const isMoved = before !== undefined &&
      await moveName(this.#engine, name, { to: before, signal });
    if (!isMoved) {
      if (isKept && this.#cache.keep(name, now)) return;
      await this.#remove(name, { image: now, isGiven, signal });
    }
    // However old it is, it came with a build, and goes once it has no name.
    if (!isGiven) this.#steps.markMade(now.id, -Infinity);
  }

  /** Removes a name, at once or as soon as its image has its own name back. */
  async #remove(
    name: string,
    { image, isGiven, signal }: LeaseOptions & { readonly image: ImageDetails },
  ): Promise<void> {
    const { id, created, repoTags, repoDigests } = image;
    const holder = this.#leases.holderOf(id);
    if (holder !== undefined) {
      holder.held.push(name);
      this.#leases.join(name, { before: undefined, isGiven });
      return;
    }
    const isLastTag = repoTags.length === 1 && repoDigests.length === 0;
    // One is left of a try that an engine has ended in the middle.
    const isOurs = isPlaceholder(image) || this.#steps.isOwn(id, created);
    if (isGiven && isLastTag && !isOurs) {
      this.#hasPlaceholders = true;
      await leaveUnnamed(this.#engine, name, signal);
    }
    await removeImage(this.#engine, name, { keepParents: true, signal });
  }

  /** Removes what was to take names over and never got them. */
  async #removePlaceholders(signal: AbortSignal): Promise<void> {
    if (!this.#hasPlaceholders) return;
    // Before it looks: another may be made meanwhile.
    this.#hasPlaceholders = false;
    try {
      await removeUnnamedPlaceholders(this.#engine, signal);
    } catch (error) {
      this.#hasPlaceholders = true;
      throw error;
    }
  }
}

/** Gives an image its name back; `false` where somebody has removed it. */
async function moveName(
  engine: EngineClient,
  name: string,
  { to, signal }: { readonly to: string; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    await tagImage(engine, to, { as: name, signal });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
