import type { Link } from "./_link.ts";
import { CallTimeout, ProtocolViolation } from "./errors.ts";
import type { Message } from "./messages.ts";

/** The longest delay a timer can have; a longer one would fire at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** A request to send, and what becomes of its answer. */
export interface PendingRequest<Answer, T> {
  /** The request for people, for example `CALL "com.example.add"`. */
  name: string;
  /** How long to wait for the answer, in milliseconds. */
  timeout: number;
  signal: AbortSignal | undefined;
  make: (id: number) => Message;
  /** Takes the answer the moment it arrives, before the next message is read. */
  accept: (answer: Answer) => T;
}

interface Waiter<Answer> {
  answer(answer: Answer): void;
  reject(error: unknown): void;
}

/** The requests of one kind that wait for their answers. */
export class Requests<Answer> {
  readonly #link: Link;
  readonly #waiting = new Map<number, Waiter<Answer>>();
  /** Given up before their answer came, which may still come, once. */
  readonly #givenUp = new Set<number>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** Sends a request and waits for its answer. */
  async request<T>(pending: PendingRequest<Answer, T>): Promise<T> {
    const { name, timeout, signal, make, accept } = pending;
    if (!(timeout > 0 && timeout <= MAX_TIMEOUT)) {
      throw new RangeError(
        `Cannot send ${name}: timeout ${timeout} is not from 1 to ${MAX_TIMEOUT} ms`,
      );
    }
    signal?.throwIfAborted();
    const id = this.#link.request(make);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = (error: unknown) => {
      this.#waiting.delete(id);
      this.#givenUp.add(id);
      reject(error);
    };
    const timer = setTimeout(
      () => giveUp(new CallTimeout(name, timeout)),
      timeout,
    );
    const onAbort = () => giveUp(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    this.#waiting.set(id, {
      answer: (answer) => resolve(accept(answer)),
      reject,
    });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Hands an answer to whoever waits for it; `false` when it came too late.
   *
   * @throws {ProtocolViolation} when nobody ever asked, or has the answer.
   */
  answer(id: number, answer: Answer): boolean {
    const waiter = this.#take(id);
    if (waiter === undefined && !this.#givenUp.delete(id)) {
      throw new ProtocolViolation(`Answer to request ${id}, answered before`);
    }
    waiter?.answer(answer);
    return waiter !== undefined;
  }

  /**
   * Rejects the request `id`; does nothing when it is not waiting any more, or
   * was for no answer.
   *
   * @throws {ProtocolViolation} when nobody ever asked.
   */
  fail(id: number, error: Error): void {
    this.#take(id)?.reject(error);
    this.#givenUp.delete(id);
  }

  /** Rejects whatever still waits. */
  failAll(error: Error): void {
    for (const waiter of this.#waiting.values()) waiter.reject(error);
    this.#waiting.clear();
  }

  #take(id: number): Waiter<Answer> | undefined {
    if (!this.#link.wasRequested(id)) {
      throw new ProtocolViolation(`Answer to request ${id}, never sent`);
    }
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiter;
  }
}
