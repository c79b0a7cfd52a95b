import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  ContextError,
  type ContextErrorKind,
} from "../../../lib/context/error.ts";
import { DEFAULT_LIMITS } from "../../../lib/context/limits.ts";
import { byteStringOf } from "../../../lib/context/path.ts";
import { FIELD, fieldOf } from "../../../lib/context/tar/header.ts";
import { writeAscii, writeNumber } from "../../../lib/context/tar/number.ts";
import { paxRecord } from "../../../lib/context/tar/pax.ts";
import { type TarLimits, TarReader } from "../../../lib/context/tar/reader.ts";
import { handArchive, handEntry, joinBytes } from "./_archive.ts";

/** What a reader told of an archive: a line an entry, with its data. */
function read(
  archive: Uint8Array<ArrayBuffer>,
  { chunkSize = 4096, ...limits }: Partial<TarLimits> & {
    chunkSize?: number;
  } = {},
): string[] {
  const lines: string[] = [];
  let left = 0;
  const reader = new TarReader({
    entry: ({ name, type, linkName, size }) => {
      left = size;
      lines.push(`${type} ${name} ${linkName} `);
    },
    body: (part) => {
      lines.push(lines.pop() + byteStringOf(part.subarray(0, left)));
      left -= Math.min(part.length, left);
    },
  }, { ...DEFAULT_LIMITS, ...limits });
  for (let at = 0; at < archive.length; at += chunkSize) {
    reader.push(archive.slice(at, at + chunkSize));
  }
  reader.finish();
  return lines;
}

/** Reads an archive that must be refused, in any chunks. */
function refuse(
  archive: Uint8Array<ArrayBuffer>,
  kind: ContextErrorKind,
  limits: Partial<TarLimits> = {},
): string {
  const messages = [1, 511, 4096, archive.length].map((chunkSize) => {
    const error = assertThrows(
      () => read(archive, { ...limits, chunkSize }),
      ContextError,
    );
    assertEquals(error.kind, kind, error.message);
    return error.message;
  });
  return messages[0] ?? "";
}

const pax = (...records: [key: string, value: string][]) => ({
  name: "PaxHeaders/x",
  type: "x",
  data: records.map(([key, value]) => paxRecord(key, value).raw).join(""),
});

const SAMPLE = handArchive(
  { name: "pax_global_header", type: "g", data: paxRecord("path", "no").raw },
  { name: "a/", type: "5" },
  { name: "a/b", data: "x".repeat(1300) },
  pax(["path", "a/long"], ["linkpath", "a/target"]),
  { name: "cut", type: "2", linkName: "cut" },
  { name: "././@LongLink", type: "L", data: "a/gnu\0", magic: "ustar  \0" },
  { name: "cut", data: "data", magic: "ustar  \0" },
  { name: "base", prefix: "some/prefix" },
  { name: "old/", type: "\0", size: 100, magic: "\0" },
  { name: "empty" },
);

Deno.test("names, types and data are found whatever the chunks are", () => {
  const lines = read(SAMPLE, { chunkSize: SAMPLE.length });
  assertEquals(lines, [
    `g pax_global_header  ${paxRecord("path", "no").raw}`,
    "5 a/  ",
    `0 a/b  ${"x".repeat(1300)}`,
    "2 a/long a/target ",
    "0 a/gnu  data",
    "0 some/prefix/base  ",
    "5 old/  ",
    "0 empty  ",
  ]);
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 3000 }),
    (chunkSize) => assertEquals(read(SAMPLE, { chunkSize }), lines),
  ));
});

Deno.test("what ends too early is truncated, wherever it was cut", () => {
  const whole = handArchive(
    { name: "a", data: "x".repeat(700) },
    pax(["path", "b"]),
    { name: "cut", data: "y" },
  );
  const end = whole.length - 2 * 512;
  // The last entry's padding may be missing, and nothing may look like all.
  const allowed = [0, 512 + 700, 512 + 1024, ...range(end - 511, end)];
  for (let length = 0; length < end; length++) {
    const isAllowed = allowed.includes(length) ||
      (length > 512 + 700 && length < 512 + 1024);
    const cut = whole.slice(0, length);
    if (isAllowed) read(cut);
    else {
      const error = assertThrows(() => read(cut), ContextError);
      assertEquals(error.kind, "truncated", `${length}`);
    }
  }
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

Deno.test("an archive may lack its end, or have more behind it", () => {
  const entry = handEntry({ name: "a", data: "b" });
  const zero = new Uint8Array(512);
  const junk = new Uint8Array(700).fill(7);
  for (const rest of [[], [zero], [zero, zero], [zero, zero, junk]]) {
    assertEquals(read(joinBytes([entry, ...rest])), ["0 a  b"]);
  }
  refuse(joinBytes([entry, zero, junk]), "corrupt");
});

Deno.test("damage is found, and the error says where", () => {
  const first = handEntry({ name: "some/file", data: "b" });
  const broken = handEntry({ name: "c" });
  broken[0] = 0x64;
  const message = refuse(joinBytes([first, broken]), "corrupt");
  assertEquals(
    message,
    "Cannot read the tar archive: a header has a wrong checksum " +
      '(byte 1024, entry "some/file")',
  );
  refuse(new Uint8Array(2000).fill(0x41), "corrupt");
});

Deno.test("any bytes end in an error or in entries, never otherwise", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(SAMPLE.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.nat(SAMPLE.length),
    (changes, length) => {
      const bytes = SAMPLE.slice(0, length);
      for (const [at, value] of changes) {
        if (at < length) bytes[at] = value;
      }
      try {
        read(bytes);
      } catch (error) {
        assert(error instanceof ContextError, `${error}`);
      }
    },
  ));
});

Deno.test("both sums of old writers are checksums", () => {
  const entry = handEntry({ name: "\xff\xfe" });
  const unsigned = Number.parseInt(byteStringOf(entry.subarray(148, 154)), 8);
  const text = (unsigned - 2 * 256).toString(8).padStart(6, "0");
  writeAscii(fieldOf(entry, FIELD.checksum), `${text}\0 `);
  assertEquals(read(entry), ["0 \xff\xfe  "]);
});

Deno.test("lying sizes are refused", () => {
  refuse(handArchive({ name: "a", size: -1 }), "corrupt");
  refuse(handArchive({ name: "a", size: Number.MAX_SAFE_INTEGER }), "limit");
  refuse(handArchive({ name: "a", size: 5000 }), "truncated");
  const beyond = (block: Uint8Array) => block.fill(0xff, 124, 136);
  refuse(handArchive({ name: "a", change: beyond }), "corrupt");
  const text = (block: Uint8Array<ArrayBuffer>) =>
    writeAscii(fieldOf(block, FIELD.size), "lots");
  refuse(handArchive({ name: "a", change: text }), "corrupt");
  for (const size of ["-1", "1e3", "99999999999999999999", " 1"]) {
    refuse(handArchive(pax(["size", size]), { name: "a" }), "corrupt");
  }
});

Deno.test("a size in a PAX header counts more than the header's", () => {
  const archive = handArchive(
    pax(["size", "3"]),
    { name: "a", data: "abc", size: 0 },
    { name: "b" },
  );
  assertEquals(read(archive), ["0 a  abc", "0 b  "]);
});

Deno.test("links, directories and devices have no data, whatever they say", () => {
  for (const type of ["1", "2", "3", "4", "5", "6"]) {
    const archive = handArchive({ name: "a", type, size: 7000 }, { name: "b" });
    assertEquals(read(archive).length, 2);
  }
});

Deno.test("long names and PAX headers have an end", () => {
  const long = { name: "x", type: "L", size: 100 * 1024 ** 2 };
  refuse(handArchive(long), "corrupt");
  const many = Array.from({ length: 50 }, () => ({
    name: "x",
    type: "L",
    data: "n".repeat(50_000),
  }));
  assertThrows(() => read(handArchive(...many)), ContextError, "too long");
  refuse(handArchive(pax(["path", "a\0b"]), { name: "a" }), "corrupt");
  refuse(handArchive({ name: "x", type: "x", data: "junk" }), "corrupt");
});

Deno.test("archives stay within their limits", () => {
  const entries = Array.from({ length: 5 }, (_, i) => ({ name: `${i}` }));
  const archive = handArchive(...entries);
  assertEquals(read(archive, { entries: 5 }).length, 5);
  const message = refuse(archive, "limit", { entries: 4 });
  assert(message.includes("more than 4 entries"), message);
  refuse(handArchive({ name: "a", data: "x".repeat(5000) }), "limit", {
    unpackedBytes: 5000,
  });
  const trailing = joinBytes([archive, new Uint8Array(90_000)]);
  refuse(trailing, "limit", { unpackedBytes: 50_000 });
});

Deno.test("the holes of sparse files count as what they unpack to", () => {
  const sparse = (block: Uint8Array<ArrayBuffer>) =>
    writeNumber(fieldOf(block, FIELD.gnuRealSize), 10 ** 15);
  refuse(
    handArchive({ name: "a", type: "S", magic: "ustar  \0", change: sparse }),
    "limit",
  );
  refuse(
    handArchive(pax(["GNU.sparse.realsize", `${10 ** 15}`]), { name: "a" }),
    "limit",
  );
});

Deno.test("names and targets of links have an end", () => {
  for (const key of ["path", "linkpath"]) {
    const entry = { name: "a", type: "2", linkName: "b" };
    const archive = (length: number) =>
      handArchive(pax([key, "n".repeat(length)]), entry);
    assertEquals(read(archive(4095)).length, 1);
    const message = refuse(archive(4096), "limit");
    assert(message.includes("a name has 4096 bytes, at most 4095"), message);
  }
});
