import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { BLOCK_SIZE } from "../../lib/context/tar/header.ts";
import { parsePax, paxRecord } from "../../lib/context/tar/pax.ts";
import { TarSyntaxError } from "../../lib/context/tar/syntax_error.ts";
import { packMade, run } from "../context/_support.ts";
import { handArchive, type HandEntry } from "../context/tar/_archive.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { damaged, damagedText } from "./_mutation.ts";
import { send, sendAndRead } from "./_package.ts";

/** Files with all that archives have trouble with. */
const TREE = `
  echo FROM scratch > Dockerfile; printf '*.log\\n!a/*\\n' > .dockerignore
  mkdir -p a/b; echo one > a/b/one.log; ln a/b/one.log a/two; ln -s b a/link
  mkfifo a/fifo; truncate -s 100K a/sparse; echo end >> a/sparse
  long=$(printf 'n%.0s' $(seq 120)); mkdir $long; echo x > $long/$long
  ln -s $long/$long a/long; printf x > "$(printf 'a/\\303\\244\\377')"
`;
const FORMATS = ["gnu", "pax", "ustar", "oldgnu", "v7"];

const request = fc.record({
  context: fc.constantFrom("", "/a", "a/link", "a/../a", "nowhere", "\ud800"),
  dockerfilePath: fc.constantFrom("", "../Dockerfile", "Dockerfile", "a/two"),
}, { requiredKeys: [] });

Deno.test("A damaged tar archive is sent as a whole one, or a typed error", async () => {
  const samples = await Promise.all(
    FORMATS.map((format) =>
      packMade(TREE, `tar --format=${format} -S -cf - . 2>/dev/null || true`)
    ),
  );
  await fc.assert(
    fc.asyncProperty(damaged(samples), request, sendAndRead),
    fuzz(500),
  );
});

const name = fc.oneof(
  fc.constantFrom("Dockerfile", ".dockerignore", "a", "a/b", "a/", "../x", "/"),
  fc.string({ unit: fc.constantFrom(..."a/.\\\xff\x01") }),
  fc.nat(5_000).map((length) => "n/".repeat(length).slice(0, length)),
);
const number = fc.oneof(
  fc.constantFrom(0, 1, 511, 512, 513, 8 ** 11 - 1, 2 ** 40, 2 ** 53, -1),
  fc.nat(2_000),
);
const paxBody = fc.oneof(
  fc.array(
    fc.tuple(
      fc.constantFrom(
        "path",
        "linkpath",
        "size",
        "GNU.sparse.name",
        "GNU.sparse.realsize",
        "GNU.sparse.size",
        "GNU.sparse.map",
        "mtime",
        "x y",
      ),
      fc.oneof(name, number.map(String), fc.constantFrom("", "\0", "0x1")),
    ).map(([key, value]) => paxRecord(key, value).raw),
    { maxLength: 4 },
  ).map((records) => records.join("")),
  damagedText([paxRecord("path", "a/b").raw + paxRecord("size", "3").raw]),
);
/** Any bytes for some part of a header block but its checksum. */
const junk = fc.record({
  at: fc.nat(BLOCK_SIZE - 1),
  bytes: fc.uint8Array({ maxLength: 12 }),
});
const entry: fc.Arbitrary<HandEntry> = fc.record({
  name,
  type: fc.constantFrom(..."0012345677gxxLLKSSZ\0"),
  linkName: name,
  data: fc.oneof(name, paxBody, fc.constant("FROM scratch\n")),
  size: number,
  magic: fc.constantFrom("ustar\0" + "00", "ustar  \0", "\0".repeat(8)),
  prefix: name.map((text) => text.slice(0, 155)),
  change: fc.array(junk, { maxLength: 2 }).map((all) => {
    return (block: Uint8Array<ArrayBuffer>) => {
      for (const { at, bytes } of all) {
        block.set(bytes.subarray(0, BLOCK_SIZE - at), at);
      }
    };
  }),
}, { requiredKeys: ["name"] });
const dockerfile = { name: "Dockerfile", data: "FROM scratch\n" };

Deno.test("Headers that say anything are sent as a whole archive, or a typed error", async () => {
  const archive = fc.array(entry, { maxLength: 6 })
    .map((entries) => handArchive(dockerfile, ...entries));
  await fc.assert(
    fc.asyncProperty(archive, request, sendAndRead),
    fuzz(1_500),
  );
});

Deno.test("Any PAX header is read as what it says, or refused", () => {
  fc.assert(
    fc.property(paxBody, (body) => {
      const records = attempt(() => parsePax(body), TarSyntaxError);
      if (records === undefined) return;
      assertEquals(records.map(({ raw }) => raw).join(""), body);
    }),
    fuzz(3_000),
  );
});

/** What GNU tar lists of an archive, or of nothing. */
async function list(archive: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const command = ["tar", "-tf", "-", "--quoting-style=escape"];
  const output = await run(command, { input: archive });
  return new TextDecoder().decode(output).split("\n").slice(0, -1);
}

Deno.test("GNU tar lists in what is sent what it lists in the package, below the context", async () => {
  const part = fc.string({
    unit: fc.constantFrom(..."abcdefgh.-_+é "),
    minLength: 1,
    maxLength: 70,
  }).filter((text) => !/^\.+$/.test(text)).map((text) => `p${text}`);
  const path = fc.array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => new TextEncoder().encode(parts.join("/")))
    .map((bytes) => String.fromCharCode(...bytes));
  const files = fc.uniqueArray(path, { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(files, async (paths) => {
      const package_ = handArchive(
        { ...dockerfile, name: "root/Dockerfile" },
        { name: "root/", type: "5" },
        ...paths.flatMap((path, i): HandEntry[] => {
          const name = `${i % 3 === 0 ? "other" : "root"}/${path}`;
          return [
            { name: "././@LongLink", type: "L", data: `${name}\0` },
            { name, data: "some data", magic: "ustar  \0" },
          ];
        }),
      );
      const before = await list(package_);
      const after = await list(await send(package_, { context: "root" }));
      const below = before.filter((line) => /^root\/./.test(line))
        .map((line) => line.slice("root/".length));
      assertEquals(after, below);
    }),
    fuzz(60),
  );
});
