import { ContextError } from "./error.ts";
import type { ContextLimits } from "./limits.ts";
import { quote } from "./path.ts";
import { FileStore, MemoryStore, type SpoolStore } from "./spool_store.ts";

/** Bytes that move from memory to a file at a time. */
const PIECE_SIZE = 256 * 1024;

/** What bounds a spool, and where it may go. */
export interface SpoolWriterOptions {
  readonly limits: Pick<ContextLimits, "packageBytes" | "memoryBytes">;
  readonly declaredSize: number | undefined;
  readonly temporaryDirectory: string | undefined;
}

/** Fills a store, moves on to a file when memory is used up, and counts. */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions;
  #store: SpoolStore = new MemoryStore();
  #inMemory = true;

  constructor(options: SpoolWriterOptions) {
    this.#options = options;
  }

  /** Makes ready for what was declared. */
  async start(): Promise<void> {
    await this.#makeRoom(this.#options.declaredSize ?? 0);
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#makeRoom(this.#store.size + chunk.length);
    try {
      await this.#store.append(chunk);
    } catch (error) {
      throw this.#storageError("Cannot keep the build package", error);
    }
  }

  /**
   * The store, full.
   *
   * @throws {ContextError} when it holds more or less than was declared.
   */
  finish(): SpoolStore {
    const { declaredSize } = this.#options;
    const { size } = this.#store;
    if (declaredSize === undefined || size === declaredSize) return this.#store;
    throw new ContextError(
      "transfer",
      `Cannot download the build package: got ${size} bytes where ` +
        `${declaredSize} were declared`,
    );
  }

  /** Lets go of what was written. */
  async abandon(): Promise<void> {
    await this.#store.close();
  }

  async #makeRoom(size: number): Promise<void> {
    const { packageBytes, memoryBytes } = this.#options.limits;
    if (size > packageBytes) {
      throw new ContextError(
        "limit",
        `Cannot take the build package: it has more than ${packageBytes} bytes`,
      );
    }
    if (this.#inMemory && size > memoryBytes) await this.#moveToFile();
  }

  async #moveToFile(): Promise<void> {
    const memory = this.#store;
    const { temporaryDirectory, limits } = this.#options;
    try {
      this.#store = await FileStore.open(temporaryDirectory);
      this.#inMemory = false;
      for (let at = 0; at < memory.size; at += PIECE_SIZE) {
        await this.#store.append(await memory.read(at, PIECE_SIZE));
      }
    } catch (error) {
      throw this.#storageError(
        `Cannot keep a build package of more than ${limits.memoryBytes} bytes`,
        error,
      );
    }
  }

  #storageError(what: string, cause: unknown): ContextError {
    const { temporaryDirectory } = this.#options;
    const place = temporaryDirectory === undefined
      ? ""
      : ` in ${quote(temporaryDirectory)}`;
    const detail = cause instanceof Error ? cause.message : String(cause);
    const advice = cause instanceof Deno.errors.NotCapable
      ? "; allow the worker to read and write there, or let it keep larger " +
        "packages in memory (PACKAGE_MEMORY)"
      : "";
    return new ContextError(
      "transfer",
      `${what}: cannot use a temporary file${place}: ${detail}${advice}`,
      { cause },
    );
  }
}
