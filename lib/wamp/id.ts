/**
 * The largest ID, 2^53: one above the largest safe integer, as the protocol
 * has it.
 *
 * @see {@link https://wamp-proto.org/wamp_latest_ietf.html#name-ids}
 */
export const MAX_ID = 2 ** 53;

/** Makes the request IDs of one session: 1, 2, … 2^53, then 1 again. */
export class IdCounter {
  #next: number;
  #wrapped = false;

  /** `first` is the ID to begin with. */
  constructor(first = 1) {
    this.#next = first;
  }

  /** The ID of the request that comes next. */
  get next(): number {
    return this.#next;
  }

  /** Says that the request with the ID {@linkcode next} has been sent. */
  advance(): void {
    this.#wrapped ||= this.#next === MAX_ID;
    this.#next = this.#next === MAX_ID ? 1 : this.#next + 1;
  }

  /** Whether a request with this ID has been sent. */
  wasUsed(id: number): boolean {
    return id >= 1 && (this.#wrapped || id < this.#next);
  }
}
