import { assert, assertEquals, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import {
  ContextError,
  type ContextErrorKind,
} from "../../../lib/context/error.ts";
import { DEFAULT_LIMITS } from "../../../lib/context/limits.ts";
import type { ZipLimits } from "../../../lib/context/zip/directory.ts";
import { ZipSource } from "../../../lib/context/zip/source.ts";
import { packMade, select, spoolOf } from "../_support.ts";
import { handZip, u16 } from "./_zip.ts";

async function convert(
  archive: Uint8Array<ArrayBuffer>,
  limits: Partial<ZipLimits> = {},
): Promise<number> {
  await using source = new ZipSource(await spoolOf(archive), {
    ...DEFAULT_LIMITS,
    ...limits,
  });
  return (await toBytes(source.stream(select()))).length;
}

async function refuse(
  archive: Uint8Array<ArrayBuffer>,
  kind: ContextErrorKind,
  limits: Partial<ZipLimits> = {},
): Promise<string> {
  const error = await assertRejects(
    () => convert(archive, limits),
    ContextError,
  );
  assertEquals(error.kind, kind, error.message);
  return error.message;
}

const LARGE = "0123456789".repeat(50_000);

Deno.test("false checksums and sizes are found, in small entries and large", async () => {
  for (const data of ["some data", LARGE]) {
    for (const method of [0, 8]) {
      const entry = { name: "a/b", data, method };
      const wrong = await refuse(
        handZip([{ ...entry, lie: { crc: 1 } }]),
        "corrupt",
      );
      assert(wrong.endsWith('a wrong checksum ("a/b")'), wrong);
      await refuse(handZip([{ ...entry, lie: { size: 5 } }]), "corrupt");
      const size = data.length + 1;
      await refuse(handZip([{ ...entry, lie: { size } }]), "corrupt");
    }
  }
});

Deno.test("an entry that unpacks to more than it says is stopped there", async () => {
  const bomb = { name: "bomb", data: "\0".repeat(20_000_000) };
  const message = await refuse(
    handZip([{ ...bomb, lie: { size: 1000 } }]),
    "corrupt",
  );
  assert(message.includes("more than its 1000 bytes"), message);
});

Deno.test("what is cut off is found", async () => {
  const whole = handZip([{ name: "a", data: LARGE }, { name: "b", data: "b" }]);
  await refuse(whole.slice(0, -1), "truncated");
  await refuse(whole.slice(0, 100), "truncated");
  await refuse(whole.slice(10), "corrupt");
  await refuse(handZip([{ name: "a" }], { entries: 2 }), "corrupt");
  await refuse(handZip([{ name: "a", lie: { offset: 3 } }]), "corrupt");
  await refuse(handZip([{ name: "a", lie: { offset: 10 ** 6 } }]), "corrupt");
  const packed = { name: "a", data: LARGE, lie: { packedSize: 100 } };
  await refuse(handZip([packed, { name: "b", data: LARGE }]), "truncated");
});

Deno.test("entries that lie over each other are refused", async () => {
  const entry = { name: "a", data: LARGE, method: 0 };
  const again = { ...entry, name: "b", lie: { offset: 0 } };
  const small = {
    ...entry,
    data: "",
    lie: {
      offset: 0,
      size: LARGE.length,
      packedSize: LARGE.length,
    },
  };
  await refuse(handZip([entry, small, small]), "corrupt");
  assert(await convert(handZip([entry, again])) > 0);
});

Deno.test("encrypted entries and rare methods are named as what they are", async () => {
  const script = "echo secret > a; seq 1000 > b";
  const encrypted = await packMade(script, "zip -q -P password - a");
  const message = await refuse(encrypted, "unsupported");
  assert(message.endsWith('an entry is encrypted ("a")'), message);
  const bzip2 = await packMade(script, "zip -q -Z bzip2 - b");
  assert((await refuse(bzip2, "unsupported")).includes("method 12"));
  await refuse(handZip([{ name: "a", method: 99 }]), "unsupported");
});

Deno.test("zip archives stay within their limits", async () => {
  const archive = handZip([{ name: "a", data: LARGE }, { name: "b" }]);
  await convert(archive, { entries: 2, unpackedBytes: LARGE.length });
  await refuse(archive, "limit", { entries: 1 });
  await refuse(archive, "limit", { unpackedBytes: LARGE.length - 1 });
});

Deno.test("a zip64 size that is missing or absurd is refused", async () => {
  const lie = { size: 0xffffffff };
  const short = new Uint8Array([...u16(1, 4), 1, 0, 0, 0]);
  await refuse(handZip([{ name: "a", lie, extra: short }]), "corrupt");
  const absurd = new Uint8Array([...u16(1, 8), ...Array(8).fill(0xff)]);
  await refuse(handZip([{ name: "a", lie, extra: absurd }]), "corrupt");
});

Deno.test("names and targets of links have an end", async () => {
  const attributes = 0o120777 * 0x10000;
  for (const length of [4095, 4096]) {
    const text = "x".repeat(length);
    const target = handZip([{ name: "a", data: text, attributes }]);
    const name = handZip([{ name: text }]);
    for (const archive of [target, name]) {
      if (length === 4095) {
        assert(await convert(archive) > 0);
        continue;
      }
      const message = await refuse(archive, "limit");
      assert(message.includes("has 4096 bytes, at most 4095"), message);
    }
  }
});

Deno.test("any damage ends in an error or in a stream, never otherwise", async () => {
  const whole = handZip([
    { name: "a", data: LARGE },
    { name: "b/", data: "" },
    { name: "c", data: "d", method: 0 },
  ], { comment: "note" });
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.nat(whole.length),
      async (changes, length) => {
        const bytes = whole.slice(length % 7 === 0 ? length : 0);
        for (const [at, value] of changes) {
          if (at < bytes.length) bytes[at] = value;
        }
        try {
          await convert(bytes);
        } catch (error) {
          assert(error instanceof ContextError, `${error}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});
