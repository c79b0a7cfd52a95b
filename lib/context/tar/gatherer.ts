interface Run {
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
  readonly done: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** Puts a run of bytes together that may be spread over several chunks. */
export class Gatherer {
  #run: Run | undefined;

  /** Whether a run has begun and is not complete. */
  get busy(): boolean {
    return this.#run !== undefined;
  }

  /** Begins a run; `done` gets it, in memory of its own, when it is complete. */
  start(length: number, done: (bytes: Uint8Array<ArrayBuffer>) => void): void {
    this.#run = { bytes: new Uint8Array(length), filled: 0, done };
  }

  /** Takes what the run lacks from the front of `bytes`; says how many. */
  take(bytes: Uint8Array<ArrayBuffer>): number {
    const run = this.#run;
    if (run === undefined) return 0;
    const part = bytes.subarray(0, run.bytes.length - run.filled);
    run.bytes.set(part, run.filled);
    run.filled += part.length;
    if (run.filled === run.bytes.length) {
      this.#run = undefined;
      run.done(run.bytes);
    }
    return part.length;
  }
}
