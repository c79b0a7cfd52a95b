import { assert, assertEquals, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import {
  ContextError,
  type ContextErrorKind,
} from "../../../lib/context/error.ts";
import { decodeXz } from "../../../lib/context/xz/decode.ts";
import { run, streamOf } from "../_support.ts";
import { joinBytes } from "../tar/_archive.ts";

function decode(
  packed: Uint8Array<ArrayBuffer>,
  chunkSize = 10_000,
): Promise<Uint8Array<ArrayBuffer>> {
  const source = streamOf(packed, chunkSize);
  return toBytes(ReadableStream.from(decodeXz(source)));
}

function encode(
  bytes: Uint8Array<ArrayBuffer>,
  ...options: readonly string[]
): Promise<Uint8Array<ArrayBuffer>> {
  return run(["xz", "-c", ...options], { input: bytes });
}

async function refuse(
  packed: Uint8Array<ArrayBuffer>,
  kind: ContextErrorKind,
): Promise<string> {
  const error = await assertRejects(() => decode(packed), ContextError);
  assertEquals(error.kind, kind, error.message);
  return error.message;
}

const TEXT = new TextEncoder().encode(
  Array.from({ length: 60_000 }, (_, i) => `${i * i % 9973} `).join(""),
);
const SHORT = TEXT.slice(0, 2000);

/** Bytes of all sorts: repeated at some distance, and of no order at all. */
const content = fc.array(
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(30))
    .map(([bytes, n]) => joinBytes(Array(n).fill(bytes.slice()))),
  { maxLength: 12 },
).map(joinBytes);

Deno.test("what xz packs is unpacked as it was, whatever the chunks are", async () => {
  await fc.assert(
    fc.asyncProperty(
      content,
      fc.integer({ min: 1, max: 500 }),
      fc.constantFrom("-0", "-6", "-9e"),
      async (bytes, chunkSize, level) => {
        assertEquals(
          await decode(await encode(bytes, level), chunkSize),
          bytes,
        );
      },
    ),
    { numRuns: 60 },
  );
});

for (
  const options of [
    "-0",
    "-6",
    "--check=none",
    "--check=crc32",
    "--check=sha256",
    "-T2 --block-size=20KiB",
    "--block-size=9999",
    "--lzma2=preset=6,lc=0,lp=4,pb=0",
    "--lzma2=preset=6,lc=1,lp=3,pb=4",
    "--lzma2=preset=6,lc=4,lp=0,pb=2",
    "--lzma2=preset=6,dict=4KiB",
    "--lzma2=preset=6,nice=5,mode=fast",
  ]
) {
  Deno.test(`what xz packs with ${options} is unpacked as it was`, async () => {
    const packed = await encode(TEXT, ...options.split(" "));
    assertEquals(await decode(packed), TEXT);
  });
}

Deno.test("what cannot be packed is unpacked as it was", async () => {
  const bytes = new Uint8Array(300_000);
  for (let at = 0; at < bytes.length; at += 60_000) {
    crypto.getRandomValues(bytes.subarray(at, at + 60_000));
  }
  const mixed = joinBytes([TEXT, bytes, TEXT, bytes]);
  assertEquals(await decode(await encode(mixed)), mixed);
});

Deno.test("several xz streams are one, with padding behind each", async () => {
  const packed = await encode(SHORT);
  const empty = await encode(new Uint8Array(0));
  const padding = new Uint8Array(12);
  assertEquals(
    await decode(joinBytes([packed, padding, empty, packed, padding])),
    joinBytes([SHORT, SHORT]),
  );
});

Deno.test("a bomb of xz goes off in chunks of 2 MiB", async () => {
  const bomb = await encode(new Uint8Array(20_000_000));
  let size = 0;
  for await (const chunk of decodeXz(streamOf(bomb))) {
    assert(chunk.length <= 2 * 1024 ** 2);
    size += chunk.length;
  }
  assertEquals(size, 20_000_000);
});

Deno.test("damaged xz is found", async () => {
  const packed = await encode(SHORT);
  for (let length = 0; length < packed.length; length++) {
    await refuse(packed.slice(0, length), "truncated");
  }
  await refuse(joinBytes([packed, new Uint8Array(12).fill(1)]), "corrupt");
});

Deno.test("any damage to xz is found", async () => {
  const packed = await encode(SHORT);
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length * 8 - 1), async (bit) => {
      const changed = packed.slice();
      const at = bit >> 3;
      changed[at] = (changed[at] ?? 0) ^ 1 << (bit & 7);
      await assertRejects(() => decode(changed), ContextError);
    }),
    { numRuns: 300 },
  );
});

Deno.test("what xz can do and is not done here is named", async () => {
  for (const filter of ["--x86", "--delta=dist=4"]) {
    const packed = await encode(SHORT, filter, "--lzma2=preset=6");
    const message = await refuse(packed, "unsupported");
    assert(message.includes("filters"), message);
  }
  const packed = await encode(SHORT, "--lzma2=preset=0,dict=192MiB");
  const message = await refuse(packed, "unsupported");
  assert(message.includes("201326592 bytes of memory"), message);
});
