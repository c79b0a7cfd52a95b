import { assert, assertEquals } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import { DEFAULT_LIMITS } from "../../../lib/context/limits.ts";
import { encodeName, relativePath } from "../../../lib/context/path.ts";
import type { Selection } from "../../../lib/context/source.ts";
import { TarSource } from "../../../lib/context/tar/source.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { run, select, spoolOf, streamOf, unpack } from "../_support.ts";
import { growTree, type TreeNode, type TreeOptions, trees } from "../_tree.ts";

async function open(archive: Uint8Array<ArrayBuffer>): Promise<TarSource> {
  return new TarSource(await spoolOf(archive), {
    compression: "none",
    limits: DEFAULT_LIMITS,
  });
}

/** What is left of a tree, as `describeTree` has it. */
function selectFrom(
  tree: ReadonlyMap<string, string>,
  selection: Selection,
): Map<string, string> {
  const selected = new Map<string, string>();
  const first = new Map<string, string>();
  for (const [path, text] of tree) {
    const place = relativePath(selection.root, path);
    if (place === undefined || place === "" || !selection.keeps(place)) {
      continue;
    }
    const [, head = text, file] = /^(.*) =(.*)$/s.exec(text) ?? [];
    if (file !== undefined && !first.has(file)) first.set(file, place);
    selected.set(
      place,
      file === undefined ? head : `${head} =${first.get(file)}`,
    );
  }
  return selected;
}

/** A rule that keeps some paths and not others, but always the same ones. */
function someOf(seed: number): (path: string) => boolean {
  return (path) => {
    let hash = seed;
    for (const character of path) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    }
    return (hash >>> 8) % 4 !== 0;
  };
}

const FORMATS: Readonly<Record<string, TreeOptions>> = {
  gnu: { short: false, fifos: true },
  pax: { short: false, fifos: true },
  ustar: { short: true, fifos: true },
  v7: { short: true, fifos: false },
};

for (const [format, options] of Object.entries(FORMATS)) {
  const pack = async (tree: readonly TreeNode[]) => {
    await using directory = await TemporaryDirectory.create();
    await growTree(directory.path, tree);
    return await run(["tar", `--format=${format}`, "-cf", "-", "."], {
      cwd: directory.path,
    });
  };

  Deno.test(`what is selected of a ${format} archive unpacks as if it had been selected after unpacking`, async () => {
    await fc.assert(
      fc.asyncProperty(
        trees(options),
        fc.integer(),
        fc.nat(),
        async (tree, seed, pick) => {
          const archive = await pack(tree);
          const directories = tree.filter(({ kind }) => kind === "directory")
            .map(({ path }) => encodeName(path));
          const root = directories[pick % (directories.length + 1)] ?? "";
          const selection = select({ root, keeps: someOf(seed) });
          await using source = await open(archive);
          const got = await unpack(source.stream(selection));
          // Directories that only hold something are made without being sent.
          for (const path of got.keys()) {
            if (!selection.keeps(path)) got.delete(path);
          }
          const whole = await unpack(streamOf(archive));
          assertEquals(got, selectFrom(whole, selection));
        },
      ),
      { numRuns: 25 },
    );
  });

  Deno.test(`a ${format} archive of which everything is selected stays as it is`, async () => {
    await fc.assert(
      fc.asyncProperty(trees(options), async (tree) => {
        const archive = await pack(tree);
        await using source = await open(archive);
        const got = await toBytes(source.stream(select()));
        assertEquals(got, archive.slice(0, got.length));
        assert(archive.slice(got.length).every((byte) => byte === 0));
      }),
      { numRuns: 10 },
    );
  });
}
