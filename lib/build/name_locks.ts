import { abortable } from "@std/async/abortable";

/** Options of the methods of {@linkcode NameLocks}. */
export interface NameLockOptions {
  readonly signal: AbortSignal;
  /** Told once, when somebody else has the name. */
  readonly onWait?: (() => void) | undefined;
}

/** Who has a name. */
interface Lock {
  sharers: number;
  isTaken: boolean;
  /** Settles as soon as somebody lets go. */
  freed: PromiseWithResolvers<void>;
}

/** One way of having a name. */
interface Claim {
  isOpen(lock: Lock): boolean;
  enter(lock: Lock): void;
  leave(lock: Lock): void;
}

const SHARED: Claim = {
  isOpen: ({ isTaken }) => !isTaken,
  enter: (lock) => void lock.sharers++,
  leave: (lock) => void lock.sharers--,
};

const ALONE: Claim = {
  isOpen: isFree,
  enter: (lock) => void (lock.isTaken = true),
  leave: (lock) => void (lock.isTaken = false),
};

/**
 * Locks on names within this process. Many may share a name, or one has it
 * alone. Who shares one may ask for another in any order: sharing only waits
 * for those who have a name alone, and they must not wait for a second.
 */
export class NameLocks {
  readonly #locks = new Map<string, Lock>();

  /** Waits until nobody has the name alone; disposing lets go of it. */
  async share(name: string, options: NameLockOptions): Promise<Disposable> {
    return await this.#acquire(name, SHARED, options);
  }

  /** Waits until the name is free, to have it alone; disposing lets go of it. */
  async take(name: string, options: NameLockOptions): Promise<Disposable> {
    return await this.#acquire(name, ALONE, options);
  }

  async #acquire(
    name: string,
    claim: Claim,
    { signal, onWait }: NameLockOptions,
  ): Promise<Disposable> {
    for (let isWaiting = false;; isWaiting = true) {
      signal.throwIfAborted();
      const lock = this.#locks.get(name) ?? newLock();
      if (claim.isOpen(lock)) {
        claim.enter(lock);
        this.#locks.set(name, lock);
        return this.#hold(name, lock, claim);
      }
      if (!isWaiting) onWait?.();
      await abortable(lock.freed.promise, signal);
    }
  }

  #hold(name: string, lock: Lock, claim: Claim): Disposable {
    const stack = new DisposableStack();
    stack.defer(() => {
      claim.leave(lock);
      if (isFree(lock)) this.#locks.delete(name);
      const { resolve } = lock.freed;
      lock.freed = Promise.withResolvers<void>();
      resolve();
    });
    return stack;
  }
}

function newLock(): Lock {
  return {
    sharers: 0,
    isTaken: false,
    freed: Promise.withResolvers<void>(),
  };
}

function isFree({ sharers, isTaken }: Lock): boolean {
  return sharers === 0 && !isTaken;
}
