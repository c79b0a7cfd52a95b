import { BuildFailure } from "../build/failure.ts";

/** What an {@linkcode EngineAbsence} needs to know. */
export interface EngineAbsenceOptions {
  /** How long the engine may be away before its builds are lost, in milliseconds. */
  readonly patience: number;
  /** Told once at the beginning, and of each change. */
  onChange(isThere: boolean, reason?: string): void;
}

/** Measures how long the engine is away, and gives its builds up in the end. */
export class EngineAbsence {
  readonly #options: EngineAbsenceOptions;
  #since: number | undefined;
  #isThere: boolean | undefined;
  #lost = new AbortController();

  constructor(options: EngineAbsenceOptions) {
    this.#options = options;
  }

  /** Aborts with a `BuildFailure`; anew after each return of the engine. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Takes what a look at the engine has found: why it is away, if it is.
   *
   * @param began when the look did, by `performance.now()`
   */
  take(reason: string | undefined, began: number): void {
    const isThere = reason === undefined;
    if (isThere !== this.#isThere) this.#options.onChange(isThere, reason);
    this.#isThere = isThere;
    if (isThere) {
      this.#since = undefined;
      if (this.#lost.signal.aborted) this.#lost = new AbortController();
      return;
    }
    this.#since ??= began;
    if (performance.now() - this.#since < this.#options.patience) return;
    this.#lost.abort(
      new BuildFailure(
        "docker_connect_error",
        `The build worker has lost its Docker engine: ${reason}`,
      ),
    );
  }
}
