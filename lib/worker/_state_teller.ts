import type { BuilderState } from "./observer.ts";

/**
 * Tells of each change of a builder's state. Once it is asked to leave it is
 * `draining`, whatever it does; disposing says that it has `stopped`.
 */
export class StateTeller implements Disposable {
  readonly #drain: AbortSignal;
  readonly #onState: (state: BuilderState) => void;
  readonly #onDrain = () => this.#say("draining");
  #last: BuilderState | undefined;

  constructor(drain: AbortSignal, onState: (state: BuilderState) => void) {
    this.#drain = drain;
    this.#onState = onState;
    drain.addEventListener("abort", this.#onDrain);
  }

  tell(state: BuilderState): void {
    this.#say(this.#drain.aborted ? "draining" : state);
  }

  [Symbol.dispose](): void {
    this.#drain.removeEventListener("abort", this.#onDrain);
    this.#say("stopped");
  }

  #say(state: BuilderState): void {
    if (state === this.#last) return;
    this.#last = state;
    this.#onState(state);
  }
}
