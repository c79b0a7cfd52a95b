import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DEFAULT_LIMITS } from "../../../lib/context/limits.ts";
import type { TarEntry } from "../../../lib/context/tar/entry.ts";
import { paxRecord } from "../../../lib/context/tar/pax.ts";
import { TarReader } from "../../../lib/context/tar/reader.ts";
import { renameEntry } from "../../../lib/context/tar/rename.ts";
import { handArchive, type HandEntry, joinBytes } from "./_archive.ts";

/** The only entry of an archive. */
function entryOf(archive: Uint8Array<ArrayBuffer>): TarEntry {
  const entries: TarEntry[] = [];
  const reader = new TarReader({
    entry: (entry) => entries.push(entry),
    body: () => {},
  }, DEFAULT_LIMITS);
  reader.push(archive);
  reader.finish();
  const [entry] = entries;
  assertEquals(entries.length, 1);
  if (entry === undefined) throw new Error("The archive is empty");
  return entry;
}

function pax(...records: [key: string, value: string][]): HandEntry {
  const data = records.map(([key, value]) => paxRecord(key, value).raw);
  return { name: "PaxHeaders/x", type: "x", data: data.join("") };
}

function gnuLongName(type: "L" | "K", name: string): HandEntry {
  return { name: "././@LongLink", type, data: `${name}\0`, magic: "ustar  \0" };
}

/** A link as each dialect has it, with short and with long names. */
const LINKS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  v7: handArchive({ name: "a", linkName: "b", type: "1", magic: "\0" }),
  ustar: handArchive({ name: "a", linkName: "b", type: "1" }),
  "ustar with a prefix": handArchive({
    name: "a",
    prefix: "p/q",
    linkName: "b",
    type: "1",
  }),
  star: handArchive({
    name: "a",
    prefix: "p/q",
    linkName: "b",
    type: "1",
    change: (block) => block.set([0x74, 0x61, 0x72, 0], 508),
  }),
  gnu: handArchive({ name: "a", linkName: "b", type: "1", magic: "ustar  \0" }),
  "gnu with long names": handArchive(
    gnuLongName("L", "a".repeat(150)),
    gnuLongName("K", "b".repeat(150)),
    { name: "a", linkName: "b", type: "1", magic: "ustar  \0" },
  ),
  pax: handArchive(
    pax(["path", "a".repeat(150)], ["linkpath", "b".repeat(150)]),
    { name: "a", linkName: "b", type: "1" },
  ),
  "pax without names": handArchive(
    pax(["mtime", "1.5"]),
    { name: "a", linkName: "b", type: "1" },
  ),
  "pax and gnu at once": handArchive(
    pax(["path", "c"], ["linkpath", "d"]),
    gnuLongName("L", "e"),
    gnuLongName("K", "f"),
    { name: "a", linkName: "b", type: "1", magic: "ustar  \0" },
  ),
};

const part = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f)
    .map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 120,
});
const names = fc.array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

for (const [dialect, archive] of Object.entries(LINKS)) {
  Deno.test(`an entry of ${dialect} can have any names`, () => {
    const entry = entryOf(archive);
    fc.assert(fc.property(
      fc.option(names, { nil: undefined }),
      fc.option(names, { nil: undefined }),
      (name, linkName) => {
        const renamed = entryOf(joinBytes(renameEntry(entry, {
          ...(name === undefined ? {} : { name }),
          ...(linkName === undefined ? {} : { linkName }),
        })));
        assertEquals(renamed.name, name ?? entry.name);
        assertEquals(renamed.linkName, linkName ?? entry.linkName);
      },
    ));
  });
}

Deno.test("renaming leaves everything else in the headers as it was", () => {
  const records: [string, string][] = [
    ["mtime", "1.25"],
    ["SCHILY.xattr.user.x", "\0\xff\n="],
    ["VENDOR.odd", ""],
  ];
  const owner = (block: Uint8Array) => {
    block.set([0x61, 0x62], 265);
    block.fill(0x37, 329, 343);
  };
  const file = { type: "3", change: owner };
  const before = handArchive(
    pax(["path", "top/a"], ...records),
    { ...file, name: "top/a" },
  );
  const after = handArchive(
    pax(["path", "a"], ...records),
    { ...file, name: "a" },
  );
  const end = 2 * 512;
  assertEquals(
    joinBytes(renameEntry(entryOf(before), { name: "a" })),
    after.slice(0, after.length - end),
  );
});

Deno.test("a sparse file's own name is renamed too", () => {
  const archive = handArchive(
    pax(["GNU.sparse.major", "1"], ["GNU.sparse.name", "top/a"], [
      "GNU.sparse.realsize",
      "9000",
    ]),
    { name: "top/GNUSparseFile.0/a" },
  );
  const entry = entryOf(archive);
  assertEquals(entry.name, "top/a");
  const renamed = entryOf(joinBytes(renameEntry(entry, { name: "a" })));
  assertEquals(renamed.name, "a");
  assertEquals(renamed.sparse, true);
});
