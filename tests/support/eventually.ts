import { delay } from "@std/async/delay";

/** Longest wait, in milliseconds: a busy machine is slow. */
const PATIENCE = 60_000;

/** Goes on where a test has stopped time. */
const now = performance.now.bind(performance);

/** Options of {@linkcode eventually}. */
export interface EventuallyOptions {
  /** What is waited for, for the error when it does not come. */
  readonly what: string;
  /** Longest wait, in milliseconds. Default: a minute. */
  readonly patience?: number;
}

/** Looks again and again until there is something, and gives it. */
export async function eventually<T>(
  find: () => T | undefined | Promise<T | undefined>,
  { what, patience = PATIENCE }: EventuallyOptions,
): Promise<T> {
  const deadline = now() + patience;
  while (true) {
    const found = await find();
    if (found !== undefined) return found;
    if (now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await delay(20);
  }
}
