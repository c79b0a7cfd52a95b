import { assert, assertEquals, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Compression } from "../../lib/context/compression.ts";
import { decompress } from "../../lib/context/decompress.ts";
import {
  ContextError,
  type ContextErrorKind,
} from "../../lib/context/error.ts";
import { run, streamOf } from "./_support.ts";
import { joinBytes } from "./tar/_archive.ts";

const TEXT = new TextEncoder().encode(
  "some text, again and again\n".repeat(9000),
);
const GZIP = new Uint8Array(gzipSync(TEXT));
const ZSTD = new Uint8Array(zstdCompressSync(TEXT));

const COMPRESSIONS = ["none", "gzip", "bzip2", "xz", "zstd"] as const;

function unpacked(
  bytes: Uint8Array<ArrayBuffer>,
  compression: Compression = "gzip",
  chunkSize = 1000,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = decompress(streamOf(bytes, chunkSize), compression);
  return toBytes(ReadableStream.from(chunks));
}

async function refuse(
  bytes: Uint8Array<ArrayBuffer>,
  compression: Compression,
  kind: ContextErrorKind,
): Promise<void> {
  const error = await assertRejects(
    () => unpacked(bytes, compression),
    ContextError,
  );
  assertEquals(error.kind, kind, error.message);
}

Deno.test("gzip is unpacked whatever the chunks are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), async (chunkSize) => {
      assertEquals(await unpacked(GZIP, "gzip", chunkSize), TEXT);
    }),
    { numRuns: 20 },
  );
});

Deno.test("several gzip members are one stream, and zeros may follow", async () => {
  const members = Array.from({ length: 30 }, () => GZIP);
  const zeros = new Uint8Array(10_240);
  for (const chunkSize of [7, GZIP.length, 100_000]) {
    assertEquals(
      (await unpacked(joinBytes([...members, zeros]), "gzip", chunkSize))
        .length,
      30 * TEXT.length,
    );
  }
});

Deno.test("damaged gzip is found", async () => {
  const changed = GZIP.slice();
  changed[changed.length - 6] = 0x55;
  await refuse(changed, "gzip", "corrupt");
  await refuse(joinBytes([GZIP, TEXT]), "gzip", "corrupt");
  await refuse(TEXT, "gzip", "corrupt");
  for (const length of [0, 5, 100, GZIP.length - 4]) {
    await refuse(GZIP.slice(0, length), "gzip", "truncated");
  }
});

Deno.test("zstd is unpacked, one frame of it", async () => {
  assertEquals(await unpacked(ZSTD, "zstd"), TEXT);
  await refuse(joinBytes([ZSTD, ZSTD]), "zstd", "unsupported");
  const changed = ZSTD.slice();
  changed.fill(0x55, 6, 12);
  await refuse(changed, "zstd", "corrupt");
});

Deno.test("zstd that breaks off is found, wherever that is", async () => {
  for (let length = 0; length < ZSTD.length; length++) {
    await refuse(ZSTD.slice(0, length), "zstd", "truncated");
  }
  // Several blocks, of which the runtime would take any number for all.
  const large = crypto.getRandomValues(new Uint8Array(60_000));
  const text = joinBytes([large, new Uint8Array(500_000), large]);
  for (const flags of [[], ["--no-check"], ["--no-content-size"]]) {
    const packed = await run(["zstd", "-qc", ...flags], {
      input: text,
    });
    assertEquals(await unpacked(packed, "zstd"), text);
    for (let length = packed.length - 1; length > 0; length -= 5_000) {
      await refuse(packed.slice(0, length), "zstd", "truncated");
    }
  }
});

Deno.test("a bomb goes off in small chunks", async () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(100_000_000)));
  const chunks = decompress(streamOf(bomb, bomb.length), "gzip");
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    assert(chunk.length <= 128 * 1024);
  }
  assertEquals(size, 100_000_000);
});

Deno.test("leaving early releases the source", async () => {
  const packed = {
    none: TEXT,
    gzip: GZIP,
    zstd: ZSTD,
    bzip2: await run(["bzip2"], { input: TEXT }),
    xz: await run(["xz"], { input: TEXT }),
  };
  for (const compression of COMPRESSIONS) {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(packed[compression].slice()),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _ of decompress(source, compression)) break;
    assert(cancelled, compression);
  }
});

Deno.test("errors of the source come through as they are", async () => {
  const reason = new Error("enough");
  for (const compression of COMPRESSIONS) {
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.error(reason),
    });
    const error = await assertRejects(() =>
      Array.fromAsync(decompress(source, compression))
    );
    assertEquals(error, reason);
  }
});
