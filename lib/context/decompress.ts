import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Compression } from "./compression.ts";
import { ContextError } from "./error.ts";
import { unpack, UNPACKED_CHUNK_SIZE } from "./unpack.ts";

/**
 * Unpacks a stream of bytes. Several gzip members in a row are read as one, and
 * zeros behind the last are passed over. The runtime's `DecompressionStream`
 * does neither, gives chunks of any size and takes twice the time (Deno 2.9),
 * hence `node:zlib`.
 *
 * Leaving the loop over it early releases the source.
 *
 * @throws {ContextError} kind `corrupt` or `truncated` when the bytes are no
 * such stream, `unsupported` when there is nothing here to unpack it with.
 */
export async function* decompress(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  compression: Compression,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const options = { chunkSize: UNPACKED_CHUNK_SIZE };
  const subject = `the package with ${compression}`;
  switch (compression) {
    case "none":
      yield* source;
      return;
    case "gzip":
      yield* unpack(source, createGunzip(options), subject);
      return;
    case "zstd": {
      const unpacker = createZstdDecompress(options);
      // The runtime's zstd stops at the end of the first frame (Deno 2.9).
      if ((yield* unpack(source, unpacker, subject)) === 0) return;
      throw unsupported("packed in several zstd frames", "pack it in one");
    }
    case "bzip2":
    case "xz":
      await source.cancel();
      throw unsupported(`packed with ${compression}`, "pack it with gzip");
  }
}

function unsupported(what: string, advice: string): ContextError {
  return new ContextError(
    "unsupported",
    `Cannot read a build package that is ${what}: ${advice}`,
  );
}
