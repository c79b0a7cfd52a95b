import { assert, assertEquals } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import type { Compression } from "../../lib/context/compression.ts";
import { decompress } from "../../lib/context/decompress.ts";
import { ContextError } from "../../lib/context/error.ts";
import { shell, streamOf } from "../context/_support.ts";
import { attemptAsync, fuzz } from "./_fuzz.ts";
import { altered, damaged } from "./_mutation.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const PACKERS: Readonly<Record<Exclude<Compression, "none">, string>> = {
  gzip: "gzip -c",
  bzip2: "bzip2 -c",
  xz: "xz -c",
  zstd: "zstd -qc",
};

/** Some of it repeats, some of it does not. */
const CONTENT = await shell("seq 400; head -c 300 /dev/zero; seq 90 | md5sum");

async function unpack(bytes: Bytes, how: Compression): Promise<Bytes> {
  const chunks = ReadableStream.from(decompress(streamOf(bytes, 100), how));
  return await toBytes(chunks) as Bytes;
}

for (const [name, packer] of Object.entries(PACKERS)) {
  const how = name as keyof typeof PACKERS;

  Deno.test(`No changed byte of ${how} goes unnoticed`, async () => {
    const packed = await shell(packer, { input: CONTENT });
    assertEquals(await unpack(packed, how), CONTENT);
    await fc.assert(
      fc.asyncProperty(altered([packed]), async (bytes) => {
        const unpacked = await attemptAsync(
          () => unpack(bytes, how),
          ContextError,
        );
        if (unpacked !== undefined) assertEquals(unpacked, CONTENT);
      }),
      fuzz(500),
    );
  });

  Deno.test(`Damaged ${how} ends in bytes or in a typed error`, async () => {
    const packed = await shell(packer, { input: CONTENT });
    await fc.assert(
      fc.asyncProperty(damaged([packed]), async (bytes) => {
        const unpacked = await attemptAsync(
          () => unpack(bytes, how),
          ContextError,
        );
        assert((unpacked?.length ?? 0) < 100 * CONTENT.length);
      }),
      fuzz(500),
    );
  });
}
