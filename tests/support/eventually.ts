import { delay } from "@std/async/delay";

/** Longest wait, in milliseconds: a busy machine is slow. */
const PATIENCE = 60_000;

/** Options of {@linkcode eventually}. */
export interface EventuallyOptions {
  /** What is waited for, for the error when it does not come. */
  readonly what: string;
}

/** Looks again and again until there is something, and gives it. */
export async function eventually<T>(
  find: () => T | undefined | Promise<T | undefined>,
  { what }: EventuallyOptions,
): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  while (true) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await delay(20);
  }
}
