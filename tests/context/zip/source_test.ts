import { crc32 } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import { DEFAULT_LIMITS } from "../../../lib/context/limits.ts";
import {
  bytesOf,
  byteStringOf,
  encodeName,
} from "../../../lib/context/path.ts";
import type { Selection } from "../../../lib/context/source.ts";
import { ZipSource } from "../../../lib/context/zip/source.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import {
  describeTree,
  listTar,
  packMade,
  select,
  shell,
  spoolOf,
  unpack,
  zipCommand,
} from "../_support.ts";
import { growTree, trees } from "../_tree.ts";
import { joinBytes } from "../tar/_archive.ts";
import { handZip, u16, u32 } from "./_zip.ts";

async function convert(
  archive: Uint8Array<ArrayBuffer>,
  selection: Partial<Selection> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  await using source = new ZipSource(await spoolOf(archive), DEFAULT_LIMITS);
  return await toBytes(source.stream(select(selection)));
}

/** Names as `tar -t` shows them. */
async function names(
  archive: Uint8Array<ArrayBuffer>,
  selection: Partial<Selection> = {},
): Promise<string[]> {
  const listing = await listTar(await convert(archive, selection));
  return listing.map((line) => line.replace(/.*:\d\d /, ""));
}

Deno.test("what zip packs unpacks as it was", async () => {
  const options = { short: false, fifos: false };
  await fc.assert(
    fc.asyncProperty(trees(options), async (tree) => {
      // Hard links are separate files in a zip archive.
      const nodes = tree.filter(({ kind }) => kind !== "hard_link");
      // For zip, the name "-" is its standard input.
      fc.pre(nodes.length > 0 && nodes.every(({ path }) => path !== "-"));
      await using directory = await TemporaryDirectory.create();
      await growTree(directory.path, nodes);
      const archive = await shell(zipCommand("-qry"), { cwd: directory.path });
      const source = new ZipSource(await spoolOf(archive), DEFAULT_LIMITS);
      await using _ = source;
      assertEquals(
        withoutLinkTimes(await unpack(source.stream(select()))),
        withoutLinkTimes(await describeTree(directory.path)),
      );
    }),
    { numRuns: 25 },
  );
});

/** Times of links are when they were made, with fractions that zip drops. */
function withoutLinkTimes(tree: Map<string, string>): Map<string, string> {
  const time = /^(l \d+ \S+) \S+/;
  return new Map([...tree].map(([path, text]) => [
    path,
    text.replace(time, "$1"),
  ]));
}

for (
  const [what, command] of Object.entries({
    "data descriptors and zip64": "tar -cf - . | zip -q - -",
    "forced zip64": "zip -qr -fz- - .",
    "no compression": "zip -qr0 - .",
    "a comment": "echo 'Hello PK\\5\\6' | zip -qrz - . 2>/dev/null",
  })
) {
  Deno.test(`zip archives with ${what} are read`, async () => {
    const script =
      "mkdir a; seq 100000 > a/large; echo small > a/small; : > a/empty";
    const archive = await packMade(script, command);
    await using source = new ZipSource(await spoolOf(archive), DEFAULT_LIMITS);
    const got = await toBytes(source.stream(select()));
    await using directory = await TemporaryDirectory.create();
    const { path: cwd } = directory;
    await shell("tar -xf - && if [ -e ./- ]; then tar -xf ./-; fi", {
      cwd,
      input: got,
    });
    const [large, small, empty] = await Promise.all(
      ["large", "small", "empty"].map((name) =>
        Deno.readTextFile(`${cwd}/a/${name}`)
      ),
    );
    assertEquals(small, "small\n");
    assertEquals(empty, "");
    assertEquals(large?.length, 588895);
  });
}

Deno.test("a part of a zip archive can be selected", async () => {
  const archive = handZip([
    { name: "top/" },
    { name: "top/a", data: "1" },
    { name: "top/sub/b", data: "2" },
    { name: "topology", data: "3" },
    { name: "/top/../top/./c", data: "4" },
    { name: "../../top/d", data: "5" },
  ]);
  const keeps = (path: string) => path !== "a";
  assertEquals(await names(archive, { root: "top", keeps }), [
    "sub/b",
    "c",
    "d",
  ]);
});

Deno.test("modes of Unix count, and others are what unzip gives", async () => {
  const unix = (mode: number) => ({ attributes: mode * 0x10000 });
  const archive = handZip([
    { name: "setuid", ...unix(0o104755) },
    { name: "directory/", ...unix(0o042775) },
    { name: "link", data: "target", ...unix(0o120777) },
    { name: "nothing", ...unix(0) },
    { name: "nothing/", ...unix(0) },
    { name: "dos", system: 0, attributes: 0x20 },
    { name: "readonly", system: 0, attributes: 0x21 },
    { name: "dos-directory/", system: 0, attributes: 0x10 },
    { name: "mac", system: 19, attributes: 0o100700 * 0x10000 },
  ]);
  const listing = await listTar(await convert(archive));
  assertEquals(listing.map((line) => line.replace(/ .*:\d\d/, "")), [
    "-rwsr-xr-x setuid",
    "drwxrwsr-x directory/",
    "lrwxrwxrwx link -> target",
    "-rw-r--r-- nothing",
    "drwxr-xr-x nothing/",
    "-rw-r--r-- dos",
    "-r--r--r-- readonly",
    "drwxr-xr-x dos-directory/",
    "-rwx------ mac",
  ]);
});

Deno.test("names are read in the encoding they are in", async () => {
  const unicode = encodeName("ü");
  const second = (name: string, crc: number) => {
    const bytes = bytesOf(encodeName(name));
    return joinBytes([
      u16(0x7075, 5 + bytes.length),
      new Uint8Array([1]),
      u32(crc),
      bytes,
    ]);
  };
  const crc = crc32("old");
  const archive = handZip([
    { name: `flagged-${unicode}`, flags: 1 << 11, system: 0 },
    { name: `unflagged-${unicode}`, system: 0 },
    { name: "cp437-\x81\x9b\xff", system: 0 },
    { name: "unix-\xfc" },
    { name: "old", system: 0, extra: second("second-日", crc) },
    { name: "changed", system: 0, extra: second("second-日", crc) },
    { name: "back\\slash", system: 0 },
    { name: "both/back\\slash", system: 0 },
    { name: "unix\\name" },
  ]);
  const got = await names(archive);
  const octal = (text: string) =>
    encodeName(text).replace(
      /[\x80-\xff]/g,
      (byte) => `\\${byte.charCodeAt(0).toString(8)}`,
    );
  assertEquals(got, [
    octal("flagged-ü"),
    octal("unflagged-ü"),
    octal("cp437-ü¢\u00a0"),
    "unix-\\374",
    octal("second-日"),
    "changed",
    "back/slash",
    "both/back\\\\slash",
    "unix\\\\name",
  ]);
});

Deno.test("times come from Unix's field where there is one", async () => {
  const time = new Uint8Array([...u16(0x5455, 5), 1, ...u32(1_234_567_890)]);
  const archive = handZip([{ name: "a", extra: time }, { name: "b" }]);
  const listing = await listTar(await convert(archive));
  assertEquals(listing.map((line) => line.match(/\d+-\d+-\d+/)?.[0]), [
    "2009-02-13",
    "2000-01-01",
  ]);
});

Deno.test("a survey finds files, directories and links", async () => {
  await using source = new ZipSource(
    await spoolOf(handZip([
      { name: "Dockerfile", data: "old" },
      { name: "a/b/c", data: "implied" },
      { name: "link", data: "a/b", attributes: 0o120777 * 0x10000 },
      { name: "Dockerfile", data: "FROM scratch" },
      { name: "large", data: "x".repeat(1000) },
    ])),
    DEFAULT_LIMITS,
  );
  const { nodes, directories } = await source.survey(
    ["Dockerfile", "a", "a/b", "link", "large", "missing"],
    { maxFileBytes: 100 },
  );
  const file = nodes.get("Dockerfile");
  assert(file?.kind === "file" && file.bytes !== undefined);
  assertEquals(byteStringOf(file.bytes), "FROM scratch");
  assertEquals(nodes.get("a"), { kind: "directory" });
  assertEquals(nodes.get("a/b"), { kind: "directory" });
  assertEquals(nodes.get("link"), { kind: "symlink", target: "a/b" });
  const large = nodes.get("large");
  assert(large?.kind === "file" && large.bytes === undefined);
  assertEquals(large.size, 1000);
  assertEquals(nodes.has("missing"), false);
  assertEquals(directories, ["a"]);
});
