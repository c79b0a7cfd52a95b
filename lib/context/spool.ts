import { ContextError } from "./error.ts";
import { type ContextLimits, DEFAULT_LIMITS } from "./limits.ts";
import type { CancelOptions } from "./source.ts";
import type { SpoolStore } from "./spool_store.ts";
import { SpoolWriter } from "./spool_writer.ts";

/** Bytes that a spool's stream gives at a time. */
const CHUNK_SIZE = 1024 ** 2;

/** Options of {@linkcode Spool.from}. */
export interface SpoolOptions extends CancelOptions {
  /** Bytes that the sender declared (`Content-Length`), if it did. */
  readonly declaredSize?: number | undefined;
  /** Default: {@linkcode DEFAULT_LIMITS}. */
  readonly limits?: Partial<ContextLimits>;
  /** Where a temporary file goes. Default: where the system puts them. */
  readonly temporaryDirectory?: string | undefined;
}

/** A downloaded body, kept in memory or, past a limit, in one temporary file. */
export class Spool implements AsyncDisposable {
  readonly #store: SpoolStore;

  private constructor(store: SpoolStore) {
    this.#store = store;
  }

  /**
   * Reads a body to its end.
   *
   * @throws {ContextError} kind `transfer` when the body breaks off, is not as
   * long as was declared, or cannot be kept; kind `limit` when it is too long.
   */
  static async from(
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    { declaredSize, limits, signal, temporaryDirectory }: SpoolOptions = {},
  ): Promise<Spool> {
    const writer = new SpoolWriter({
      declaredSize,
      limits: { ...DEFAULT_LIMITS, ...limits },
      temporaryDirectory,
    });
    try {
      const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
        start: () => writer.start(),
        write: (chunk) => writer.write(chunk),
      });
      await body.pipeTo(sink, signal === undefined ? {} : { signal });
      return new Spool(writer.finish());
    } catch (error) {
      await writer.abandon();
      signal?.throwIfAborted();
      if (error instanceof ContextError) throw error;
      throw new ContextError(
        "transfer",
        "Cannot download the build package: the connection broke off",
        { cause: error },
      );
    }
  }

  /** Size in bytes. */
  get size(): number {
    return this.#store.size;
  }

  /** The bytes, from the first on; may be called again. */
  stream(
    { signal }: CancelOptions = {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    let offset = 0;
    return new ReadableStream({
      pull: async (controller) => {
        signal?.throwIfAborted();
        const chunk = await this.read(offset, CHUNK_SIZE);
        offset += chunk.length;
        if (chunk.length > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
  }

  /**
   * `length` bytes from `offset` on, fewer at the end. They must not be
   * changed: they may be the spool's own.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#store.read(offset, length);
  }

  /** Lets go of the bytes, and of the file if there is one. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
  }
}
