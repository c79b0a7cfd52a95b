import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { dirname } from "node:path";
import { ContextError } from "../../lib/context/error.ts";
import { parseIgnore } from "../../lib/context/ignore.ts";
import { encodeName } from "../../lib/context/path.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { DockerCli } from "./_docker_cli.ts";

/** Contexts that are made and sent at the same time. */
const BATCH = 4;

/** Paths of a tree; what is a directory to one of them is no file to others. */
type Tree = readonly string[];

/** A context and its ignore file. */
interface Sample {
  readonly tree: Tree;
  readonly ignore: string;
}

/** Names that patterns are about, and some that are hard to name. */
const name = fc.constantFrom(
  ...["a", "b", "ab", "abc", "foo", "foo.txt", "a.b", "aXb", ".git", "A", "1"],
  ...["é", "ü.b", "x y", " a", "-", "_", "!a", "#a", "^a", "a^", "$", "a+b"],
  ...["(a)", "{a}", "a|b", "[a]", "b]", "a\\b", "*", "a*", "?", "a\nb", "bb"],
);
const path = fc.oneof(
  fc.array(fc.constantFrom("a", "b", "foo"), { minLength: 1, maxLength: 4 }),
  fc.array(name, { minLength: 1, maxLength: 4 }),
).map((names) => names.join("/"));
const tree = fc.array(path, { minLength: 20, maxLength: 40 });

/** Parts of patterns. */
const wildcard = fc.constantFrom(
  ...["*", "**", "?", "*.txt", "a*", "*b", "f?o", "?*", "*.*", "**foo", "a**"],
  ...["[ab]", "[^a]", "[a-c]", "[!a]", "[a-z]*", "[^/]", "[*]", "[?]", "[é]"],
  ...["\\a", "\\[a\\]", "[\\]]", "a\\*", "\\?", "\\d", "[[:alpha:]]", "a\\b"],
  ...["?(a)", "*+b", "*|b", "?{2}", "[ab]{1,2}", "*$", "^*"],
  ...[".", "..", ""],
);
const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "foo", "*", "**", "?") },
  { weight: 1, arbitrary: name.map((text) => text.replace("\n", "n")) },
  { weight: 1, arbitrary: wildcard },
);
const pattern = fc.tuple(
  fc.constantFrom(
    "",
    "",
    "",
    "!",
    "!",
    "**/",
    "!**/",
    "/",
    " ",
    "! ",
    "./",
    "#",
  ),
  fc.array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("/")),
  fc.constantFrom("", "", "", "/", " ", "\r", "/**", "//"),
).map((parts) => parts.join(""));

/** What the CLI understood before version 23 as it does now. */
const oldPattern = fc.array(
  fc.constantFrom("a", "b", "foo", "*", "?", "a*", "[ab]", "*.txt", "f?o"),
  { minLength: 1, maxLength: 3 },
).map((parts) => parts.join("/"));

function samples(isOld: boolean): fc.Arbitrary<Sample> {
  const lines = fc.array(isOld ? oldPattern : pattern, { maxLength: 8 });
  const first = fc.constantFrom("", "", "\ufeff", "*\n", "\ufeffa\n");
  const ignore = fc.tuple(first, lines)
    .map(([first, lines]) => first + lines.join("\n"));
  return fc.record({ tree, ignore });
}

Deno.test("A context holds what the docker CLI sends, path by path", async () => {
  await using cli = await DockerCli.start();
  await using directories = await TemporaryDirectory.create();
  const isOld = await cli.majorVersion() < 23;
  const seen = { kept: 0, ignored: 0 };
  let count = 0;

  const batch = fc.array(samples(isOld), {
    minLength: BATCH,
    maxLength: BATCH,
  });
  await fc.assert(
    fc.asyncProperty(
      batch,
      (batch) =>
        inBatches(batch, async ({ tree, ignore }) => {
          const directory = `${directories.path}/${count++}`;
          const paths = await plant(directory, tree, ignore);
          const sent = await cli.contextOf(directory);
          await Deno.remove(directory, { recursive: true });
          const kept = keptOf(paths, ignore);
          assertEquals(kept, sent, JSON.stringify({ ignore, paths }));
          seen.kept += kept?.length ?? 0;
          seen.ignored += paths.length - (kept?.length ?? 0);
        }),
    ),
    { numRuns: 125 },
  );
  assert(Math.min(seen.kept, seen.ignored) > 1000, JSON.stringify(seen));
});

Deno.test("The Dockerfile and the ignore file are sent even when they are ignored", async () => {
  await using cli = await DockerCli.start();
  await using directories = await TemporaryDirectory.create();
  const tree = ["a/b/Dockerfile", "a/b/c", "a/d", "e"];
  const ignores = ["*", "**", "a", "a/b", "*\n!e", "a/b/*", ".*", "**/D*"];
  for (const [i, ignore] of ignores.entries()) {
    const directory = `${directories.path}/${i}`;
    const paths = await plant(directory, tree, ignore);
    for (const dockerfile of ["Dockerfile", "a/b/Dockerfile"]) {
      assertEquals(
        keptOf(paths, ignore, dockerfile),
        await cli.contextOf(directory, dockerfile),
        `${dockerfile} ${ignore}`,
      );
    }
  }
});

Deno.test("Names that are not UTF-8 are matched byte by byte", async () => {
  await using cli = await DockerCli.start();
  await using directories = await TemporaryDirectory.create();
  const names = ["\xff", "a\xffb", "\xe2\x82", "\xc3\xa9", "a\xe2\x82b"];
  const isOld = await cli.majorVersion() < 23;
  const ignores = [
    "\xff",
    "?",
    "??",
    "a?b",
    "a??b",
    "*\xff*",
    "[\xc3\xa9]",
    "[^a]",
    "\xe2*",
    "\xe2\x82**",
    ...(isOld ? [] : ["**\xff", "**b"]),
    "\xef\xbf\xbd*",
  ];
  for (const [i, ignore] of ignores.entries()) {
    const directory = `${directories.path}/${i}`;
    await plant(directory, [], "");
    const escaped = (text: string) =>
      Array.from(text, (c) => `\\x${c.charCodeAt(0).toString(16)}`).join("");
    const script = [
      ...names.map((name) => `: > "$(printf '${escaped(name)}')"`),
      `printf '${escaped(ignore)}' > .dockerignore`,
    ].join("\n");
    const { success } = await new Deno.Command("bash", {
      args: ["-euc", script],
      cwd: directory,
      env: { LC_ALL: "C" },
    }).output();
    assert(success);
    const bytes = Uint8Array.from(ignore, (c) => c.charCodeAt(0));
    assertEquals(
      keptOf([...names, ".dockerignore", "Dockerfile"], bytes),
      await cli.contextOf(directory),
      escaped(ignore),
    );
  }
});

Deno.test("What the docker CLI refuses is refused, and nothing else", async () => {
  await using cli = await DockerCli.start();
  await using directories = await TemporaryDirectory.create();
  const ignores = [
    ...["!", "! ", "!/", "[", "a[b", "[]", "[a", "[a-", "[a-]", "[-a]", "[]a]"],
    ...["\\", "a\\", "a\\/", "[\\", "[z-a]", "\\q*", "\\x1*", "\\8*", "[\\q]"],
    ...["\\\u00e9", "[[:nothing:]]", "*{2}", "?{1001}", "?{2,1}", "\\pX*"],
    ...[
      "]",
      "a]",
      "[!]",
      "[^^]",
      "\\x41",
      "\\101",
      "\\pL*",
      "[a-a]",
      "!!",
      "#[",
    ],
    ...["\\{2\\}", "?{,2}", "?{02}", "a{2}", "x".repeat(65_535)],
    "x".repeat(65_536),
  ];
  await inBatches(ignores, async (ignore, i) => {
    const directory = `${directories.path}/${i}`;
    const paths = await plant(directory, ["b"], ignore);
    assertEquals(keptOf(paths, ignore), await cli.contextOf(directory), ignore);
  });
});

/** Starting the CLI takes time, so a few run at once; all of them end. */
async function inBatches<T>(
  items: readonly T[],
  run: (item: T, index: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    const batch = items.slice(start, start + BATCH);
    const results = await Promise.allSettled(
      batch.map((item, i) => run(item, start + i)),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

/** Makes a context; returns all of its paths, sorted as the CLI walks. */
async function plant(
  directory: string,
  tree: Tree,
  ignore: string,
): Promise<string[]> {
  await Deno.mkdir(directory);
  await Deno.writeTextFile(`${directory}/Dockerfile`, "FROM scratch\n");
  await Deno.writeTextFile(`${directory}/.dockerignore`, ignore);
  const paths = new Set([".dockerignore", "Dockerfile"]);
  for (const path of tree) {
    try {
      await Deno.mkdir(dirname(`${directory}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${directory}/${path}`, "");
    } catch {
      // Another path has made a file of a directory, or the other way round.
      continue;
    }
    for (let part = path; part !== "."; part = dirname(part)) paths.add(part);
  }
  return [...paths].map(encodeName).sort();
}

/** What of a context is sent; `undefined` when the ignore file is refused. */
function keptOf(
  paths: readonly string[],
  ignore: string | Uint8Array,
  dockerfile = "Dockerfile",
): string[] | undefined {
  try {
    const rules = parseIgnore(ignore).keeping(".dockerignore", dockerfile);
    return paths.filter((path) => !rules.ignores(path)).sort();
  } catch (error) {
    if (error instanceof ContextError) return undefined;
    throw error;
  }
}
