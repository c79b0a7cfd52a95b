import fc from "fast-check";
import { packMade, zipCommand } from "../context/_support.ts";
import { handZip, type HandZipEntry } from "../context/zip/_zip.ts";
import { fuzz } from "./_fuzz.ts";
import { damaged } from "./_mutation.ts";
import { sendAndRead } from "./_package.ts";

const TREE = `
  echo FROM scratch > Dockerfile; printf '*.log\\n!a/*\\n' > .dockerignore
  mkdir -p a/b; echo one > a/b/one.log; ln -s b a/link; seq 3000 > a/numbers
`;
/** What programs make of it: two with zip64 or without sizes at the front. */
const PACKERS = [
  zipCommand("-qry"),
  zipCommand("-qry0"),
  zipCommand("-qryX -fz"),
  "zip -qr - . | cat",
];

const request = fc.record({
  context: fc.constantFrom("", "/a", "a/link", "nowhere"),
  dockerfilePath: fc.constantFrom("", "../Dockerfile", "Dockerfile"),
}, { requiredKeys: [] });

Deno.test("A damaged zip archive is sent as a whole tar archive, or a typed error", async () => {
  const samples = await Promise.all(
    PACKERS.map((packer) => packMade(TREE, packer)),
  );
  await fc.assert(
    fc.asyncProperty(damaged(samples), request, sendAndRead),
    fuzz(1_000),
  );
});

const number = fc.oneof(
  fc.constantFrom(0, 1, 13, 2 ** 16 - 1, 2 ** 31, 2 ** 32 - 1),
  fc.nat(300),
);
const entry: fc.Arbitrary<HandZipEntry> = fc.record({
  name: fc.oneof(
    fc.constantFrom("Dockerfile", ".dockerignore", "a/", "../x", "", "a\\b"),
    fc.string({ unit: fc.constantFrom(..."a/.\\\xff\x80\0") }),
    fc.nat(5_000).map((length) => "n/".repeat(length).slice(0, length)),
  ),
  data: fc.oneof(
    fc.constantFrom("", "FROM scratch\n", "../../x", "a"),
    fc.nat(200_000).map((length) => "\0".repeat(length)),
  ),
  method: fc.constantFrom(8, 8, 0, 1, 12, 99, 0xffff),
  flags: fc.constantFrom(0, 1, 8, 1 << 6, 1 << 11, 1 << 13, 0xffff),
  system: fc.constantFrom(0, 3, 19, 0xff),
  attributes: fc.oneof(
    fc.constantFrom(0o100644, 0o120777, 0o040755, 0o010000)
      .map((mode) => mode * 0x10000),
    fc.nat(0xffffffff),
  ),
  extra: fc.uint8Array({ maxLength: 30 }).map((bytes) => new Uint8Array(bytes)),
  lie: fc.record({
    size: number,
    packedSize: number,
    crc: number,
    offset: number,
  }, { requiredKeys: [] }),
}, { requiredKeys: ["name"] });

Deno.test("A directory that lies is sent as a whole tar archive, or a typed error", async () => {
  const options = fc.record({
    comment: fc.string({ unit: "binary-ascii" }),
    entries: fc.nat(0xffff),
  }, { requiredKeys: [] });
  const dockerfile = { name: "Dockerfile", data: "FROM scratch\n" };
  const archive = fc.tuple(fc.array(entry, { maxLength: 4 }), options)
    .map(([entries, options]) => handZip([dockerfile, ...entries], options));
  await fc.assert(
    fc.asyncProperty(archive, request, sendAndRead),
    fuzz(1_500),
  );
});
