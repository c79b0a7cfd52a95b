import { assert, assertEquals, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import { ContextError } from "../../../lib/context/error.ts";
import { DEFAULT_LIMITS } from "../../../lib/context/limits.ts";
import { bytesOf, byteStringOf } from "../../../lib/context/path.ts";
import type { Selection } from "../../../lib/context/source.ts";
import { FIELD, fieldOf } from "../../../lib/context/tar/header.ts";
import { writeNumber } from "../../../lib/context/tar/number.ts";
import { paxRecord } from "../../../lib/context/tar/pax.ts";
import { TarSource } from "../../../lib/context/tar/source.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import {
  listTar,
  packMade,
  select,
  shell,
  spoolOf,
  streamOf,
  unpack,
} from "../_support.ts";
import { handArchive } from "./_archive.ts";

async function rewrite(
  archive: Uint8Array<ArrayBuffer>,
  selection: Partial<Selection>,
): Promise<Uint8Array<ArrayBuffer>> {
  await using source = new TarSource(await spoolOf(archive), {
    compression: "none",
    limits: DEFAULT_LIMITS,
  });
  return await toBytes(source.stream(select(selection)));
}

/** Type, path and content or target of each entry, as GNU tar unpacks them. */
async function contents(
  archive: Uint8Array<ArrayBuffer>,
): Promise<Record<string, string | undefined>> {
  await using directory = await TemporaryDirectory.create();
  await shell("tar -xf -", { cwd: directory.path, input: archive });
  const files: Record<string, string> = {};
  const listing = await shell("find . -type f -printf '%P\\0' | sort -z", {
    cwd: directory.path,
  });
  for (const path of byteStringOf(listing).split("\0").slice(0, -1)) {
    files[path] = await Deno.readTextFile(`${directory.path}/${path}`);
  }
  return files;
}

const link = (name: string, linkName: string) => ({
  name,
  linkName,
  type: "1",
});

Deno.test("a hard link without its target becomes the file", async () => {
  const archive = handArchive(
    { name: "shared/data", data: "content" },
    { name: "app/", type: "5" },
    link("app/one", "shared/data"),
    link("app/two", "./shared//data"),
    { name: "app/other", data: "other" },
  );
  const got = await rewrite(archive, { root: "app" });
  assertEquals(
    (await listTar(got)).map((line) => line.replace(/.*:\d\d /, "")),
    ["one", "two link to one", "other"],
  );
  const files = { one: "content", other: "other", two: "content" };
  assertEquals(await contents(got), files);
});

Deno.test("links through links that are left out lead to the file", async () => {
  const archive = handArchive(
    { name: "a", data: "content" },
    link("b", "a"),
    link("c", "b"),
    link("d", "b"),
  );
  const keeps = (path: string) => path === "c" || path === "d";
  assertEquals(await contents(await rewrite(archive, { keeps })), {
    c: "content",
    d: "content",
  });
  const withTarget = (path: string) => path !== "b";
  const got = await rewrite(archive, { keeps: withTarget });
  assertEquals(
    (await listTar(got)).map((line) => line.replace(/.*:\d\d /, "")),
    ["a", "c link to a", "d link to a"],
  );
});

Deno.test("the last of several entries of one name counts, links included", async () => {
  const archive = handArchive(
    { name: "x/target", data: "first" },
    { name: "y/link", data: "replaced by the link" },
    { name: "x/target", data: "second" },
    link("y/link", "x/target"),
    link("y/more", "x/target"),
    { name: "x/target", data: "third" },
    { name: "y/last", data: "from here on a file" },
  );
  const expected = await contents(archive);
  const got = await contents(await rewrite(archive, { root: "y" }));
  assertEquals(got, {
    last: expected["y/last"],
    link: expected["y/link"],
    more: expected["y/more"],
  });
  assertEquals(got.link, "second");
});

Deno.test("a stand-in may be replaced by a later entry", async () => {
  const archive = handArchive(
    { name: "x/target", data: "content" },
    link("y/link", "x/target"),
    { name: "y/link", data: "new" },
  );
  const got = await contents(await rewrite(archive, { root: "y" }));
  assertEquals(got, { link: "new" });
});

Deno.test("a hard link into nowhere is refused, with both names", async () => {
  const archive = handArchive(
    { name: "app/", type: "5" },
    link("app/one", "gone/data"),
  );
  const error = await assertRejects(
    () => rewrite(archive, { root: "app" }),
    ContextError,
  );
  assertEquals(error.kind, "corrupt");
  assert(error.message.includes('"app/one"'), error.message);
  assert(error.message.includes('"gone/data"'), error.message);
});

Deno.test("names that are not UTF-8 stay as they are", async () => {
  const archive = await packMade(
    `mkdir -p top/d; echo 1 > top/d/$'\\xff\\xfe'; ln -s $'\\xe9' top/link
     echo 2 > top/$(printf 'n%.0s' {1..120})$'\\xe9'`,
    "tar --format=pax -cf - top",
  );
  const got = await rewrite(archive, { root: "top" });
  assertEquals(
    (await listTar(got)).map((line) => line.replace(/.*:\d\d(\.\d+)? +/, ""))
      .sort(),
    ["d/", "d/\\377\\376", "link -> \\351", `${"n".repeat(120)}\\351`],
  );
});

for (const format of ["gnu", "pax"]) {
  Deno.test(`sparse files of ${format} stay sparse`, async () => {
    const holes = Array.from({ length: 40 }, (_, i) => `${i * 64}K`);
    const archive = await packMade(
      `mkdir top; truncate -s 3M top/sparse
       for at in ${holes.join(" ")}; do
         echo "at $at" | dd of=top/sparse oflag=seek_bytes seek=$at conv=notrunc
       done
       echo after > top/after`,
      `tar --format=${format} --sparse -cf - top`,
    );
    const got = await rewrite(archive, { root: "top" });
    const sizes = (tree: Map<string, string>) => [...tree.values()].sort();
    assertEquals(
      sizes(await unpack(streamOf(got))),
      sizes(await unpack(streamOf(archive))).filter((text) =>
        !text.startsWith("d")
      ).map((text) => text.replace("=top/", "=")),
    );
    assert(got.length < 1_000_000);
  });
}

Deno.test("extended attributes stay, byte for byte", async () => {
  const attribute = paxRecord("SCHILY.xattr.user.note", "\0\xff\n").raw;
  const records = { name: "x", type: "x", data: attribute };
  const got = await rewrite(
    handArchive(records, { name: "top/file", data: "1" }),
    { root: "top" },
  );
  assertEquals(got, handArchive(records, { name: "file", data: "1" }));
});

Deno.test("devices keep their numbers, and unknown types their flag", async () => {
  const numbers = (block: Uint8Array<ArrayBuffer>) => {
    writeNumber(fieldOf(block, FIELD.major), 259);
    writeNumber(fieldOf(block, FIELD.minor), 3);
  };
  const archive = handArchive(
    { name: "top/block", type: "4", change: numbers },
    { name: "top/char", type: "3", change: numbers },
    { name: "top/odd", type: "Z", data: "what" },
  );
  const expected = handArchive(
    { name: "block", type: "4", change: numbers },
    { name: "char", type: "3", change: numbers },
    { name: "odd", type: "Z", data: "what" },
  );
  assertEquals(await rewrite(archive, { root: "top" }), expected);
});

Deno.test("names out of the archive are clamped, as the engine does", async () => {
  const archive = handArchive(
    { name: "../../top/a", data: "1" },
    { name: "/top/b", data: "2" },
    { name: "other/../top/./c", data: "3" },
    { name: "topology", data: "4" },
  );
  const got = await contents(await rewrite(archive, { root: "top" }));
  assertEquals(got, { a: "1", b: "2", c: "3" });
});

Deno.test("targets of symbolic links are never changed", async () => {
  const symlink = (linkName: string, i: number) => ({
    name: `top/${i}`,
    linkName,
    type: "2",
  });
  const targets = ["../outside", "/top/x", "x", "../../../etc/passwd"];
  const got = await rewrite(handArchive(...targets.map(symlink)), {
    root: "top",
  });
  assertEquals(
    (await listTar(got)).map((line) => line.replace(/.* -> /, "")),
    targets,
  );
});

Deno.test("extra files replace what is there and come last", async () => {
  const archive = handArchive(
    { name: ".dockerignore", data: "old" },
    { name: "a", data: "1" },
    link("b", ".dockerignore"),
  );
  const file = (path: string, text: string) => ({
    path,
    bytes: bytesOf(text),
    mode: 0o600,
    mtime: 0,
  });
  const extraFiles = [file(".dockerignore", "new"), file("x/y", "z")];
  const got = await rewrite(archive, { extraFiles });
  assertEquals(await contents(got), {
    ".dockerignore": "new",
    a: "1",
    b: "old",
    "x/y": "z",
  });
});

Deno.test("an archive that lacks its last padding gets it", async () => {
  const whole = handArchive({ name: "a", data: "x".repeat(700) });
  const cut = whole.slice(0, 512 + 700);
  assertEquals(await rewrite(cut, {}), whole);
});
