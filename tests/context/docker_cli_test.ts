import { assertEquals } from "@std/assert";
import { toBytes } from "@std/streams";
import fc from "fast-check";
import {
  type BuildContextOptions,
  openBuildContext,
} from "../../lib/context/context.ts";
import { openDirectory } from "../../lib/context/directory.ts";
import { openPackage } from "../../lib/context/package.ts";
import type { ContextSource } from "../../lib/context/source.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { DockerCli, type SentBuild } from "./_docker_cli.ts";
import {
  listTar,
  shell,
  spoolOf,
  streamOf,
  unpack,
  zipCommand,
} from "./_support.ts";
import { growTree, type TreeNode, trees } from "./_tree.ts";

async function send(
  source: ContextSource,
  options: BuildContextOptions = {},
): Promise<SentBuild> {
  await using _ = source;
  const { dockerfile, stream } = await openBuildContext(source, options);
  return { context: await toBytes(stream()), dockerfile: dockerfile.path };
}

/** What the CLI sends, which must not refuse. */
async function expect(
  cli: DockerCli,
  args: readonly string[],
): Promise<SentBuild> {
  const sent = await cli.build(args);
  if (sent === undefined) throw new Error(`docker refuses: ${args.join(" ")}`);
  return sent;
}

async function packed(
  directory: string,
  command: string,
): Promise<ContextSource> {
  const bytes = await shell(command, { cwd: directory });
  return await openPackage(await spoolOf(bytes));
}

/** Rules that leave something out of most of the trees that are made here. */
const rules = fc.array(
  fc.constantFrom(
    "*a*",
    "!*b*",
    "**/b",
    "n*/",
    "Dockerfile",
    ".dockerignore",
    "!**/n",
    "?",
    "# comment",
    "a/**",
    "!a/b",
  ),
  { maxLength: 4 },
);

/** A tree that can be built from. */
const buildable = fc.tuple(trees({ short: false, fifos: true }), rules);

Deno.test("a directory is packed byte by byte as the docker CLI lists it", async () => {
  await using cli = await DockerCli.start();
  await fc.assert(
    fc.asyncProperty(buildable, async ([tree, rules]) => {
      await using directory = await TemporaryDirectory.create();
      const { path } = directory;
      await growTree(path, tree);
      await Deno.writeTextFile(`${path}/Dockerfile`, "FROM scratch\n");
      await Deno.writeTextFile(`${path}/.dockerignore`, rules.join("\n"));
      const expected = await expect(cli, [path]);
      const got = await send(openDirectory(path));
      assertEquals(got.dockerfile, expected.dockerfile);
      assertEquals(await listTar(got.context), await listTar(expected.context));
      assertEquals(
        await unpack(streamOf(got.context)),
        await unpack(streamOf(expected.context)),
      );
    }),
    { numRuns: 20 },
  );
});

for (
  const [kind, command] of Object.entries({
    "tar archive": "tar -cf - .",
    "tar.gz archive": "tar --format=pax -czf - .",
    "zip archive": zipCommand("-qry"),
  })
) {
  Deno.test(`of a ${kind} is sent what the docker CLI sends of its files`, async () => {
    await using cli = await DockerCli.start();
    await fc.assert(
      fc.asyncProperty(buildable, async ([tree, rules]) => {
        await using directory = await TemporaryDirectory.create();
        const { path } = directory;
        await growTree(path, kind === "zip archive" ? zippable(tree) : tree);
        await Deno.writeTextFile(`${path}/Dockerfile`, "FROM scratch\n");
        await Deno.writeTextFile(`${path}/.dockerignore`, rules.join("\n"));
        const expected = await expect(cli, [path]);
        const got = await send(await packed(path, command));
        assertEquals(
          comparable(await unpack(streamOf(got.context)), got.dockerfile),
          comparable(
            await unpack(streamOf(expected.context)),
            expected.dockerfile,
          ),
        );
      }),
      { numRuns: 15 },
    );
  });
}

/** What a zip archive can hold, and its tool takes for a file. */
function zippable(tree: readonly TreeNode[]): TreeNode[] {
  return tree.filter(({ kind, path }) =>
    kind !== "fifo" && kind !== "hard_link" && !/^-(?:\/|$)/.test(path)
  );
}

/** A build, by where its files are. */
interface Case {
  /** Changes the files that all cases have. */
  readonly script: string;
  readonly context: string;
  readonly dockerfilePath?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  "a context in a directory": { script: "", context: "app" },
  "a context and a Dockerfile of another name": {
    script: "cp app/Dockerfile app/sub/Other",
    context: "app",
    dockerfilePath: "sub/Other",
  },
  "an ignored Dockerfile in an ignored directory": {
    script: "cp app/Dockerfile app/sub/; echo sub > app/.dockerignore",
    context: "app",
    dockerfilePath: "sub/Dockerfile",
  },
  "everything ignored": {
    script: "printf '**\\n*\\n' > app/.dockerignore",
    context: "app",
  },
  "a Dockerfile outside of the context": {
    script: "cp app/Dockerfile Outside",
    context: "app",
    dockerfilePath: "../Outside",
  },
  "a Dockerfile outside of the context, and ignore rules": {
    script: "cp app/Dockerfile Outside; printf 'a\\n*b' > app/.dockerignore",
    context: "app",
    dockerfilePath: "../Outside",
  },
  "a Dockerfile that is written in lower case": {
    script: "mv app/Dockerfile app/dockerfile",
    context: "app",
  },
  "a context behind links": {
    script: "ln -s app/. current; ln -s current again",
    context: "again",
  },
  "a Dockerfile behind links": {
    script: "mkdir app/d; mv app/Dockerfile app/d/Real; ln -s d app/link; " +
      "ln -s link/Real app/Dockerfile",
    context: "app",
  },
  "an ignore file behind a link": {
    script: "echo a > app/rules; ln -s rules app/.dockerignore",
    context: "app",
  },
  "an ignore file that leads nowhere": {
    script: "ln -s rules app/.dockerignore",
    context: "app",
  },
};

for (const [what, { script, ...options }] of Object.entries(CASES)) {
  Deno.test(`with ${what} is sent what the docker CLI sends`, async () => {
    await using cli = await DockerCli.start();
    await using directory = await TemporaryDirectory.create();
    const { path } = directory;
    await shell(
      `mkdir -p app/sub; echo FROM scratch > app/Dockerfile; touch top
       echo 1 > app/a; echo 2 > app/ab; echo 3 > app/sub/a
       ${script}`,
      { cwd: path },
    );
    const { context, dockerfilePath } = options;
    const file = dockerfilePath === undefined
      ? []
      : ["-f", `${path}/${context}/${dockerfilePath}`];
    const expected = await expect(cli, [...file, `${path}/${context}`]);
    const sources = [
      openDirectory(path),
      await packed(path, "tar -cf - ."),
      await packed(path, zipCommand("-qry")),
    ];
    for (const source of sources) {
      const got = await send(source, options);
      assertEquals(
        comparable(await unpack(streamOf(got.context)), got.dockerfile),
        comparable(
          await unpack(streamOf(expected.context)),
          expected.dockerfile,
        ),
        source.kind,
      );
    }
  });
}

/**
 * Leaves out what the formats do not agree on, fractions of seconds and times of
 * links and directories, and what the CLI itself makes up: names and times.
 */
function comparable(
  tree: Map<string, string>,
  dockerfile: string,
): Map<string, string> {
  const added = dockerfile.startsWith(".dockerfile.");
  return new Map([...tree].map(([path, text]) => {
    if (added && path === dockerfile) return ["the Dockerfile", ""];
    if (added && path === ".dockerignore") return [path, ""];
    const time = text.startsWith("f") ? /\.\d+(?= )/ : / \d+\.\d+ /;
    return [path, text.replace(time, "")];
  }));
}
