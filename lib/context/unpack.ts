import type { Buffer } from "node:buffer";
import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ContextError } from "./error.ts";
import { Pacer } from "./pacer.ts";

/**
 * Bytes of a chunk that comes out of an unpacker. It bounds memory: what goes
 * in may unpack to a thousand times its size, and does so step by step.
 */
export const UNPACKED_CHUNK_SIZE = 128 * 1024;

/** A transform stream of `node:zlib`. */
export type Unpacker = Transform & {
  /** Bytes of its input that it has used. */
  readonly bytesWritten: number;
};

/**
 * Runs bytes through an unpacker. Leaving the loop over it early releases the
 * source. Errors of the source are passed on as they are.
 *
 * @param subject what is unpacked, for messages
 * @returns the number of bytes that the unpacker left over
 * @throws {ContextError} kind `corrupt` or `truncated`.
 */
export async function* unpack(
  source: AsyncIterable<Uint8Array<ArrayBuffer>>,
  unpacker: Unpacker,
  subject: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>, number> {
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  const feed = async function* () {
    // What goes in may come to nothing, so that nobody else would pause.
    const pacer = new Pacer();
    try {
      for await (const chunk of source) {
        taken += chunk.length;
        yield chunk;
        if (pacer.isDue) await pacer.pause();
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  // An error reaches the unpacker too, and through it the loop.
  const ended = pipeline(feed, unpacker).catch(() => {});
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer<ArrayBuffer>>) {
      yield chunk;
    }
  } catch (error) {
    throw failure === undefined ? unpackError(error, subject) : failure.error;
  } finally {
    await ended;
  }
  return taken - unpacker.bytesWritten;
}

/** What an error of `node:zlib` means. */
export function unpackError(error: unknown, subject: string): ContextError {
  const detail = error instanceof Error ? error.message : String(error);
  const early = error instanceof Error && "code" in error &&
    error.code === "Z_BUF_ERROR";
  return new ContextError(
    early ? "truncated" : "corrupt",
    `Cannot unpack ${subject}: ${early ? "it ends too early" : detail}`,
    { cause: error },
  );
}
