import type { HeldName } from "./holdings.ts";

/** A name that builds have given, or have had the engine pull. */
export interface Lease {
  /** The image that it stood for before. */
  readonly before: string | undefined;
  /** Whether a build gave it itself; otherwise the engine pulled it. */
  isGiven: boolean;
  /** How many builds use it. */
  users: number;
  /** Whether what it stands for is worth keeping for later builds. */
  isKept: boolean;
  /** Other names of that image, which must not lose the last of them. */
  readonly held: string[];
}

/** How a name comes to be in a {@linkcode LeaseBook}. */
export type NewLease = Pick<Lease, "before" | "isGiven">;

/** Which builds of a process use which names. */
export class LeaseBook {
  readonly #leases = new Map<string, Lease>();

  /** Every name, and what it is to stand for again. */
  get holdings(): readonly HeldName[] {
    return [...this.#leases].map(([name, { before }]) => ({ name, before }));
  }

  /** The names that no build uses any more, newest first. */
  get idle(): readonly string[] {
    return [...this.#leases].reverse()
      .flatMap(([name, { users }]) => users > 0 ? [] : [name]);
  }

  has(name: string): boolean {
    return this.#leases.has(name);
  }

  /** The lease of a name that no build uses any more, if there is one. */
  getIdle(name: string): Lease | undefined {
    const lease = this.#leases.get(name);
    return lease?.users === 0 ? lease : undefined;
  }

  /** Notes a name for no build to use, unless it is noted already. */
  add(name: string, { before, isGiven }: NewLease): Lease {
    const lease = this.#leases.get(name) ??
      { before, isGiven, users: 0, isKept: false, held: [] };
    // A digest names one image for ever: whoever pulled that, brought it. A tag
    // stands for what was given last.
    lease.isGiven = name.includes("@")
      ? lease.isGiven && isGiven
      : lease.isGiven || isGiven;
    this.#leases.set(name, lease);
    return lease;
  }

  /** Notes that one build more uses a name. */
  join(name: string, lease: NewLease): void {
    this.add(name, lease).users++;
  }

  /** Notes that a build is done with a name, which it may want kept. */
  leave(name: string, { isKept = false } = {}): void {
    const lease = this.#leases.get(name);
    if (lease === undefined) return;
    lease.users = Math.max(0, lease.users - 1);
    lease.isKept ||= isKept;
  }

  /** Forgets a name. */
  delete(name: string): void {
    this.#leases.delete(name);
  }

  /** The lease of a name that is to stand for an image again. */
  holderOf(id: string): Lease | undefined {
    return this.#leases.values().find(({ before }) => before === id);
  }
}
