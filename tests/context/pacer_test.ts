import {
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
} from "@std/assert";
import { toBytes } from "@std/streams";
import { crc32 } from "node:zlib";
import { openDirectory } from "../../lib/context/directory.ts";
import { openPackage } from "../../lib/context/package.ts";
import type { ContextSource } from "../../lib/context/source.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { run, select, shell, spoolOf } from "./_support.ts";
import { handArchive, joinBytes } from "./tar/_archive.ts";
import { handZip } from "./zip/_zip.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const ENTRIES = Array.from(
  { length: 20_000 },
  (_, i) => ({ name: `file${i}` }),
);

const ARCHIVES = {
  "a tar archive": () => handArchive(...ENTRIES),
  "a zip archive": () => handZip(ENTRIES),
  "an xz archive": () => run(["xz"], { input: handArchive(...ENTRIES) }),
};

for (const [what, make] of Object.entries(ARCHIVES)) {
  Deno.test(`timers run while ${what} in memory is looked through`, async () => {
    await using source = await openPackage(await spoolOf(await make()));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await source.survey(["Dockerfile"], { maxFileBytes: 100 });
    clearInterval(timer);
    assertGreater(ticks, 0);
  });
}

const MIB = 1024 ** 2;
const ARCHIVE = handArchive({ name: "file" });
const NOTHING = new Uint8Array(0);

/** So many bytes in which some others repeat. */
function repeat(unit: Bytes, size: number): Bytes {
  const bytes = new Uint8Array(size - size % unit.length);
  bytes.set(unit);
  for (let filled = unit.length; filled < bytes.length; filled *= 2) {
    bytes.copyWithin(filled, 0, filled);
  }
  return bytes;
}

/** Several streams of which all but the first are empty. */
async function emptyStreams(command: string[], size: number): Promise<Bytes> {
  return joinBytes([
    await run(command, { input: ARCHIVE }),
    repeat(await run(command, { input: NOTHING }), size),
  ]);
}

function withChecksum(bytes: readonly number[]): number[] {
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(
    0,
    crc32(Uint8Array.from(bytes)),
    true,
  );
  return [...bytes, ...checksum];
}

/** A stream of xz with one stored block, and empty ones behind it. */
function emptyXzBlocks(): Bytes {
  const header = withChecksum([2, 0, 0x21, 1, 0x16, 0, 0, 0]);
  const last = ARCHIVE.length - 1;
  const stored = [1, last >> 8, last & 0xff, ...ARCHIVE, 0];
  const start = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, ...withChecksum([0, 0])];
  const padding = new Uint8Array(-stored.length & 3);
  return joinBytes([
    Uint8Array.from([...start, ...header, ...stored, ...padding]),
    repeat(Uint8Array.from([...header, 0, 0, 0, 0]), MIB),
  ]);
}

/** A frame of zstd with one raw block, and empty ones behind it. */
function emptyZstdBlocks(): Bytes {
  const size = ARCHIVE.length << 3;
  const start = [0x28, 0xb5, 0x2f, 0xfd, 0, 0x58];
  return joinBytes([
    Uint8Array.from([...start, size & 0xff, size >> 8 & 0xff, size >> 16]),
    ARCHIVE,
    repeat(new Uint8Array(3), 4 * MIB),
  ]);
}

/** An entry of zip that is nothing but empty blocks. */
function emptyZipBlocks(): Bytes {
  const block = Uint8Array.of(0, 0, 0, 0xff, 0xff);
  return handZip([{ name: "file", packed: repeat(block, 32 * MIB) }]);
}

const EMPTY = {
  "empty streams of xz": () => emptyStreams(["xz", "--check=none"], MIB),
  "empty blocks of xz": emptyXzBlocks,
  "padding of xz": async () =>
    joinBytes([await run(["xz"], { input: ARCHIVE }), new Uint8Array(8 * MIB)]),
  "empty streams of bzip2": () => emptyStreams(["bzip2"], MIB),
  "empty members of gzip": () => emptyStreams(["gzip", "-n"], 16 * MIB),
  "empty blocks of zstd": emptyZstdBlocks,
  "empty blocks of zip": emptyZipBlocks,
};

for (const [what, make] of Object.entries(EMPTY)) {
  Deno.test(`a stop is heard while there is nothing but ${what}`, async () => {
    await using source = await openPackage(await spoolOf(await make()));
    const reason = new Error("enough");
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(reason));
    const error = await assertRejects(() =>
      source.survey(["file"], { maxFileBytes: 100, signal })
    );
    assertEquals(error, reason);
  });
}

const FEW = ENTRIES.slice(0, 50);

/** Tells a source to stop that keeps none of its entries, each after a while. */
async function stopAmongEntries(source: ContextSource): Promise<void> {
  const reason = new Error("enough");
  const controller = new AbortController();
  const { signal } = controller;
  let asked = 0;
  const keeps = () => {
    if (++asked === 1) setTimeout(() => controller.abort(reason));
    const start = performance.now();
    while (performance.now() - start < 20);
    return false;
  };
  const stream = source.stream(select({ keeps }), { signal });
  assertEquals(await assertRejects(() => toBytes(stream)), reason);
  assertLess(asked, FEW.length);
}

for (
  const [what, bytes] of [["tar", handArchive(...FEW)], [
    "zip",
    handZip(FEW),
  ]] as const
) {
  Deno.test(`a stop is heard among the entries of a ${what} archive`, async () => {
    await using source = await openPackage(await spoolOf(bytes));
    await stopAmongEntries(source);
  });
}

Deno.test("a stop is heard among the entries of a directory", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell(`touch {1..${FEW.length}}`, { cwd: path });
  await using source = openDirectory(path);
  await stopAmongEntries(source);
});
