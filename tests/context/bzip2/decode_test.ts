import { assert, assertEquals, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import { decodeBzip2 } from "../../../lib/context/bzip2/decode.ts";
import {
  ContextError,
  type ContextErrorKind,
} from "../../../lib/context/error.ts";
import { run, streamOf } from "../_support.ts";
import { joinBytes } from "../tar/_archive.ts";

function decode(
  packed: Uint8Array<ArrayBuffer>,
  chunkSize = 10_000,
): Promise<Uint8Array<ArrayBuffer>> {
  const source = streamOf(packed, chunkSize);
  return toBytes(ReadableStream.from(decodeBzip2(source)));
}

function encode(
  bytes: Uint8Array<ArrayBuffer>,
  level = 9,
): Promise<Uint8Array<ArrayBuffer>> {
  return run(["bzip2", `-${level}`], { input: bytes });
}

async function refuse(
  packed: Uint8Array<ArrayBuffer>,
  kind: ContextErrorKind,
): Promise<void> {
  const error = await assertRejects(() => decode(packed), ContextError);
  assertEquals(error.kind, kind, error.message);
}

/** Bytes of all sorts: repeated, with long runs, and of no order at all. */
const content = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 1000 }))
      .map(([byte, length]) => new Uint8Array(length).fill(byte)),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(50))
      .map(([bytes, n]) => joinBytes(Array(n).fill(bytes.slice()))),
  ),
  { maxLength: 8 },
).map((parts) => joinBytes(parts.map((part) => part.slice())));

Deno.test("what bzip2 packs is unpacked as it was, whatever the chunks are", async () => {
  await fc.assert(
    fc.asyncProperty(
      content,
      fc.integer({ min: 1, max: 500 }),
      async (bytes, chunkSize) => {
        assertEquals(await decode(await encode(bytes), chunkSize), bytes);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("blocks of every size are unpacked, however many", async () => {
  const words = Array.from({ length: 60_000 }, (_, i) => `${i * i % 9973} `);
  const text = new TextEncoder().encode(words.join(""));
  for (const level of [1, 2, 9]) {
    assertEquals(await decode(await encode(text, level)), text);
  }
});

Deno.test("several bzip2 streams are one", async () => {
  const bytes = new TextEncoder().encode("some text\n");
  const parts = [await encode(bytes), await encode(new Uint8Array(0), 1)];
  const packed = joinBytes([...parts, ...parts]);
  assertEquals(await decode(packed, 7), joinBytes([bytes, bytes]));
});

Deno.test("a bomb of bzip2 goes off in small chunks", async () => {
  const bomb = await encode(new Uint8Array(20_000_000));
  let size = 0;
  for await (const chunk of decodeBzip2(streamOf(bomb))) {
    assert(chunk.length <= 128 * 1024);
    size += chunk.length;
  }
  assertEquals(size, 20_000_000);
});

Deno.test("damaged bzip2 is found", async () => {
  const packed = await encode(new TextEncoder().encode("text ".repeat(1000)));
  for (let length = 0; length < packed.length; length++) {
    await refuse(packed.slice(0, length), "truncated");
  }
  await refuse(joinBytes([packed, new Uint8Array(10)]), "corrupt");
  for (const at of [0, 3, 4, 11, packed.length - 3]) {
    const changed = packed.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x40;
    await refuse(changed, "corrupt");
  }
});

Deno.test("no damage to bzip2 goes unseen", async () => {
  const bytes = new TextEncoder().encode("some text that does not repeat\n");
  const packed = await encode(bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(packed.length * 8 - 1), async (bit) => {
      const changed = packed.slice();
      const at = bit >> 3;
      changed[at] = (changed[at] ?? 0) ^ 1 << (bit & 7);
      try {
        // Some bits mean nothing, such as those that fill the last byte.
        assertEquals(await decode(changed), bytes);
      } catch (error) {
        assert(error instanceof ContextError, `${error}`);
      }
    }),
    { numRuns: 500 },
  );
});
