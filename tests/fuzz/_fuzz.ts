/** Where the cases of a fuzz test come from. */
export interface FuzzParameters {
  readonly seed: number;
  readonly numRuns: number;
}

const DEFAULT_SEED = 1;

/**
 * Parameters of `fc.assert` for so many cases, the same ones every time. To go
 * further, `FUZZ_SEED` is another seed and `FUZZ_RUNS` how many times as many
 * cases to try. A failure names the seed and the smallest case that fails.
 */
export function fuzz(cases: number): FuzzParameters {
  return {
    seed: numberFrom("FUZZ_SEED") ?? DEFAULT_SEED,
    numRuns: Math.ceil(cases * (numberFrom("FUZZ_RUNS") ?? 1)),
  };
}

function numberFrom(variable: string): number | undefined {
  const text = Deno.env.get(variable) ?? "";
  if (text === "") return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new TypeError(`Cannot use ${variable}="${text}": it is no number`);
}

/** A class of errors. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * What `run` gives; `undefined` when it throws an error of one of the classes.
 * Any other error is thrown, and fails the case.
 */
export function attempt<T>(
  run: () => T,
  ...expected: readonly ErrorClass[]
): T | undefined {
  try {
    return run();
  } catch (error) {
    return refuseUnexpected(error, expected);
  }
}

/** The same for a promise. */
export async function attemptAsync<T>(
  run: () => Promise<T>,
  ...expected: readonly ErrorClass[]
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    return refuseUnexpected(error, expected);
  }
}

function refuseUnexpected(
  error: unknown,
  expected: readonly ErrorClass[],
): undefined {
  if (expected.some((each) => error instanceof each)) return undefined;
  throw error;
}

/** Notes promises that reject without anyone listening, until it is disposed. */
export class UnhandledRejections implements Disposable {
  readonly #reasons: unknown[] = [];

  constructor() {
    globalThis.addEventListener("unhandledrejection", this.#note);
  }

  /**
   * Throws the first there was since the last call. The runtime tells of them
   * when it is done with what it is at.
   */
  async check(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const [reason] = this.#reasons.splice(0);
    if (reason !== undefined) throw reason;
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("unhandledrejection", this.#note);
  }

  readonly #note = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    this.#reasons.push(event.reason ?? new Error("Rejected without a reason"));
  };
}
