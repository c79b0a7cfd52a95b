import { delay } from "@std/async/delay";
import { tooMuch } from "./allowance.ts";

/** Time between two measurements, in milliseconds. */
const INTERVAL = 2_000;

/**
 * Measures what git fetches into a repository, with its submodules and LFS
 * files: how large each file gets can be limited beforehand, but not how many
 * a server sends. Disposing ends the measuring.
 */
export class SizeWatch implements AsyncDisposable {
  readonly #directory: string;
  readonly #limit: number;
  readonly #exceeded = new AbortController();
  readonly #closed = new AbortController();
  readonly #watching: Promise<void>;

  /**
   * @param directory the repository's own, `.git`; need not be there yet
   * @param limit in bytes
   */
  constructor(directory: string, limit: number) {
    this.#directory = directory;
    this.#limit = limit;
    this.#watching = this.#watch();
  }

  /** Aborts with an `AllowanceError` once there is too much. */
  get signal(): AbortSignal {
    return this.#exceeded.signal;
  }

  /**
   * Measures now.
   *
   * @throws {AllowanceError} when there is too much
   */
  async check(): Promise<void> {
    if (await sizeOf(this.#directory) <= this.#limit) return;
    throw tooMuch(
      `what is fetched for it has more than ${this.#limit} bytes`,
      "PACKAGE_LIMIT or UNPACKED_LIMIT",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    try {
      while (!this.#exceeded.signal.aborted) {
        await delay(INTERVAL, { signal });
        await this.check();
      }
    } catch (error) {
      if (!signal.aborted) this.#exceeded.abort(error);
    }
  }
}

/** Bytes of all files in a directory, which may change meanwhile. */
async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  try {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      const path = `${directory}/${name}`;
      bytes += isDirectory ? await sizeOf(path) : await sizeOfFile(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return bytes;
}

async function sizeOfFile(path: string): Promise<number> {
  try {
    return (await Deno.lstat(path)).size;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return 0;
  }
}
