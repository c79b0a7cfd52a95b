interface Waiter {
  /** Looks again; `true` when there is nothing left to wait for. */
  settle(): boolean;
  reject(reason: unknown): void;
}

/** Lets others wait until something is there. */
export class Changes {
  readonly #waiters = new Set<Waiter>();
  #ended: Error | undefined;

  /**
   * What `find` gives as soon as it gives something: it is asked now and after
   * every change, first come, first served.
   */
  async until<T>(find: () => T | undefined, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#ended !== undefined) throw this.#ended;
    const found = find();
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter: Waiter = {
      settle() {
        const found = find();
        if (found !== undefined) resolve(found);
        return found !== undefined;
      },
      reject,
    };
    const onAbort = () => {
      this.#waiters.delete(waiter);
      reject(signal?.reason);
    };
    this.#waiters.add(waiter);
    signal?.addEventListener("abort", onAbort);
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Says that something has changed. */
  notify(): void {
    for (const waiter of this.#waiters) {
      if (waiter.settle()) this.#waiters.delete(waiter);
    }
  }

  /** Says that nothing will change any more: rejects whoever waits. */
  end(reason: Error): void {
    this.#ended = reason;
    for (const waiter of this.#waiters) waiter.reject(reason);
    this.#waiters.clear();
  }
}
