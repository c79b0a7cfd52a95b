import { createGunzip, createZstdDecompress } from "node:zlib";
import { decodeBzip2 } from "./bzip2/decode.ts";
import type { Compression } from "./compression.ts";
import { ContextError } from "./error.ts";
import type { CancelOptions } from "./source.ts";
import { unpack, UNPACKED_CHUNK_SIZE } from "./unpack.ts";
import { decodeXz } from "./xz/decode.ts";
import { ZstdFrame } from "./zstd/frame.ts";

/**
 * Unpacks a stream of bytes, whatever it is made of: several gzip members, bzip2
 * streams or xz streams in a row are one, and zeros behind the last gzip member
 * are passed over. The runtime's `DecompressionStream` does not even do the
 * latter, gives chunks of any size and takes twice the time (Deno 2.9), hence
 * `node:zlib`.
 *
 * Leaving the loop over it early releases the source.
 *
 * @throws {ContextError} kind `corrupt` or `truncated` when the bytes are no
 * such stream, `unsupported` when it is one that cannot be unpacked here; and the
 * signal's reason, even where there is nothing to give for long.
 */
export async function* decompress(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  compression: Compression,
  options: CancelOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const unpackerOptions = { chunkSize: UNPACKED_CHUNK_SIZE };
  const subject = `the package with ${compression}`;
  switch (compression) {
    case "none":
      yield* source;
      return;
    case "bzip2":
      yield* decodeBzip2(source, options);
      return;
    case "xz":
      yield* decodeXz(source, options);
      return;
    case "gzip":
      yield* unpack(source, createGunzip(unpackerOptions), subject);
      return;
    case "zstd": {
      const unpacker = createZstdDecompress(unpackerOptions);
      const frame = new ZstdFrame();
      const followed = follow(source, frame);
      // The runtime's zstd stops at the end of the first frame (Deno 2.9).
      if ((yield* unpack(followed, unpacker, subject)) > 0) {
        throw new ContextError(
          "unsupported",
          `Cannot unpack ${subject}: it has several frames; pack it in one`,
        );
      }
      if (frame.isComplete) return;
      throw new ContextError(
        "truncated",
        `Cannot unpack ${subject}: it ends too early`,
      );
    }
  }
}

async function* follow(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  frame: ZstdFrame,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const chunk of source) {
    frame.push(chunk);
    yield chunk;
  }
}
