import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import {
  type BuildContext,
  type BuildContextOptions,
  openBuildContext,
} from "../../lib/context/context.ts";
import { openDirectory } from "../../lib/context/directory.ts";
import {
  ContextError,
  type ContextErrorKind,
} from "../../lib/context/error.ts";
import { openPackage } from "../../lib/context/package.ts";
import type { ContextSource } from "../../lib/context/source.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { packMade, shell, spoolOf, zipCommand } from "./_support.ts";

/** What a test asks of a context before its source is closed. */
interface Opened {
  readonly context: BuildContext;
  /** The path of every entry that is sent, sorted, and the files' content. */
  readonly files: Readonly<Record<string, string>>;
}

async function look(
  source: ContextSource,
  options: BuildContextOptions = {},
): Promise<Opened> {
  await using _ = source;
  const context = await openBuildContext(source, options);
  await using directory = await TemporaryDirectory.create();
  const { path: cwd } = directory;
  const input = await toBytes(context.stream());
  const flag = input[0] === 0x1f ? "-xz" : "-x";
  await shell(`tar ${flag}`, { cwd, input });
  const listing = await shell("find . -mindepth 1 -printf '%P\\n' | sort", {
    cwd,
  });
  const files: Record<string, string> = {};
  for (const path of new TextDecoder().decode(listing).trim().split("\n")) {
    const { isFile } = await Deno.lstat(`${cwd}/${path}`);
    files[path] = isFile ? await Deno.readTextFile(`${cwd}/${path}`) : "";
  }
  return { context, files };
}

async function open(script: string, command?: string): Promise<ContextSource> {
  return await openPackage(await spoolOf(await packMade(script, command)));
}

async function refuse(
  script: string,
  options: BuildContextOptions,
  kind: ContextErrorKind,
): Promise<string> {
  await using source = await open(script);
  const error = await assertRejects(
    () => openBuildContext(source, options),
    ContextError,
  );
  assertEquals(error.kind, kind, error.message);
  return error.message;
}

const FILES = `mkdir -p app/sub; echo FROM a > Dockerfile; echo 1 > top
  echo FROM b > app/Dockerfile; echo 2 > app/file; echo FROM c > app/sub/Other`;

Deno.test("the context and the Dockerfile come in all the shapes of the manager", async () => {
  const cases: [
    context: string,
    dockerfile: string,
    text: string,
    count: number,
  ][] = [
    ["", "", "a", 7],
    ["/", "Dockerfile", "a", 7],
    [".", "./Dockerfile", "a", 7],
    ["", "/app/Dockerfile", "b", 7],
    ["app", "", "b", 4],
    ["/app", "Dockerfile", "b", 4],
    ["/app/", "/Dockerfile", "b", 4],
    ["./app//sub/..", "sub/Other", "c", 4],
    ["app/sub", "Other", "c", 1],
    ["app/sub", "../Dockerfile", "b", 3],
    ["/app/sub", "../../Dockerfile", "a", 3],
    ["app", "../app/sub/Other", "c", 4],
  ];
  for (const [context, dockerfilePath, text, count] of cases) {
    const got = await look(await open(FILES), { context, dockerfilePath });
    const { dockerfile } = got.context;
    const name = `${context} ${dockerfilePath}`;
    const content = new TextDecoder().decode(dockerfile.bytes);
    assertEquals(content, `FROM ${text}\n`, name);
    assertEquals(got.files[dockerfile.path], content, name);
    assertEquals(Object.keys(got.files).length, count, name);
  }
});

Deno.test("a package goes as it came when there is nothing to change", async () => {
  for (const flag of ["", "-z", "-j", "-J"]) {
    const bytes = await packMade(FILES, `tar ${flag} -cf - .`);
    await using source = await openPackage(await spoolOf(bytes));
    const context = await openBuildContext(source);
    assert(context.untouched);
    assertEquals(await toBytes(context.stream()), bytes);
    assertEquals(await toBytes(context.stream()), bytes);
  }
});

Deno.test("a package is changed when it has to be", async () => {
  const cases: [
    script: string,
    command: string,
    options: BuildContextOptions,
  ][] = [
    [`${FILES}; echo x > .dockerignore`, "tar -czf - .", {}],
    [FILES, "tar -czf - .", { context: "app" }],
    [FILES, "tar --zstd -cf - .", {}],
    [FILES, "zip -qr - .", {}],
  ];
  for (const [script, command, options] of cases) {
    const { context } = await look(await open(script, command), options);
    assertEquals(context.untouched, false, command);
  }
  const empty = `${FILES}; printf '# only a comment\\n\\n' > .dockerignore`;
  assert((await look(await open(empty))).context.untouched);
});

Deno.test("a package that is a Dockerfile is the whole context", async () => {
  const text = new TextEncoder().encode("FROM scratch\n");
  for (const options of [{}, { context: "a/b", dockerfilePath: "c/d" }]) {
    const source = await openPackage(await spoolOf(text));
    const { context, files } = await look(source, options);
    assertEquals(files, { Dockerfile: "FROM scratch\n" });
    assertEquals(context.dockerfile.path, "Dockerfile");
    assertEquals(context.untouched, false);
  }
});

Deno.test("a context that is not there is told with those that are", async () => {
  const missing = await refuse(FILES, { context: "/ap" }, "context_missing");
  assertEquals(
    missing,
    'Cannot use the context "/ap": there is no such directory; ' +
      'directories at the top are "app"',
  );
  const many = `mkdir one two three four five six`;
  assertMatch(
    await refuse(many, {}, "dockerfile_missing"),
    /; directories at the top are (?:"\w+", ){5}…$/,
  );
  for (const context of ["top", "Dockerfile", "../app", "app/../.."]) {
    await refuse(FILES, { context }, "context_missing");
  }
});

Deno.test("a Dockerfile that is not there, or is none, is told", async () => {
  const one = { dockerfilePath: "sub/Missing", context: "app" };
  const missing = await refuse(FILES, one, "dockerfile_missing");
  assert(missing.includes('"app/sub/Missing"'), missing);
  const out = { dockerfilePath: "../../x", context: "app" };
  const outside = await refuse(FILES, out, "dockerfile_missing");
  assert(outside.includes("leads out"), outside);
  await refuse("echo > other", {}, "dockerfile_missing");
  await refuse("ln -s nowhere Dockerfile", {}, "dockerfile_missing");
  await refuse("ln -s Dockerfile Dockerfile", {}, "dockerfile_missing");
  await refuse("ln -s a/b a; ln -s a Dockerfile", {}, "dockerfile_missing");

  await refuse("mkdir Dockerfile", {}, "dockerfile_invalid");
  await refuse("mkfifo Dockerfile", {}, "dockerfile_invalid");
  await refuse("touch Dockerfile", {}, "dockerfile_invalid");
  const limits = { dockerfileBytes: 10 };
  const large = "echo FROM something > Dockerfile";
  const message = await refuse(large, { limits }, "dockerfile_invalid");
  assert(message.includes("15 bytes"), message);
});

Deno.test("links do not lead out of the package", async () => {
  const script = `mkdir -p etc app; echo FROM in > etc/Dockerfile
    ln -s /etc/Dockerfile absolute; ln -s ../../../etc/Dockerfile app/relative`;
  for (const dockerfilePath of ["absolute", "app/relative"]) {
    for (const command of ["tar -cf - .", zipCommand("-qry")]) {
      const source = await open(script, command);
      const { context } = await look(source, { dockerfilePath });
      assertEquals(context.dockerfile.path, "etc/Dockerfile");
    }
    await using directory = await TemporaryDirectory.create();
    await shell(script, { cwd: directory.path });
    const source = openDirectory(directory.path);
    const { context } = await look(source, { dockerfilePath });
    assertEquals(context.dockerfile.path, "etc/Dockerfile");
  }
});

Deno.test("a Dockerfile that is a hard link is read from its target", async () => {
  const script = "mkdir a; echo FROM x > a/First; ln a/First Dockerfile";
  const { context } = await look(await open(script, "tar -cf - a Dockerfile"));
  assertEquals(
    new TextDecoder().decode(context.dockerfile.bytes),
    "FROM x\n",
  );
  assertEquals(context.dockerfile.path, "Dockerfile");
});

Deno.test("the ignore file of a Dockerfile wins over that of the context", async () => {
  const script = `${FILES}; echo file > app/.dockerignore
    echo sub > app/Dockerfile.dockerignore`;
  const { files } = await look(await open(script), { context: "app" });
  assertEquals(Object.keys(files), [
    ".dockerignore",
    "Dockerfile",
    "Dockerfile.dockerignore",
    "file",
  ]);
  const outside = `${FILES}; echo file > Dockerfile.dockerignore`;
  const options = { context: "app", dockerfilePath: "../Dockerfile" };
  const got = await look(await open(outside), options);
  assertEquals("file" in got.files, false);
});

Deno.test("the engine is told what the Dockerfile's ignore file means for it", async () => {
  const script = `${FILES}; echo file > app/.dockerignore
    printf '.dockerignore\\nDockerfile' > app/Dockerfile.dockerignore`;
  const { files } = await look(await open(script), { context: "app" });
  assertEquals(
    files[".dockerignore"],
    "file\n\n/.dockerignore\n/Dockerfile",
  );
  const inverse = `${FILES}; printf 'Docker*\\nx' > app/.dockerignore
    echo sub > app/Dockerfile.dockerignore`;
  const got = await look(await open(inverse), { context: "app" });
  assertEquals(got.files[".dockerignore"], "Docker*\nx\n!/Dockerfile");
});

Deno.test("an ignore file that is none, or makes no sense, is told", async () => {
  await refuse(`${FILES}; mkdir .dockerignore`, {}, "ignore_invalid");
  const bad = `${FILES}; echo '[' > Dockerfile.dockerignore`;
  const message = await refuse(bad, {}, "ignore_invalid");
  assert(message.includes('"Dockerfile.dockerignore"'), message);
});

Deno.test("a Dockerfile from outside has the same name for the same content", async () => {
  const options = { context: "app/sub", dockerfilePath: "../Dockerfile" };
  const [first, second] = [
    await look(await open(FILES), options),
    await look(await open(FILES), options),
  ];
  assertEquals(first.files, second.files);
  const { path } = first.context.dockerfile;
  assert(/^\.dockerfile\.[0-9a-f]{20}$/.test(path), path);
  assertEquals(first.files[".dockerignore"], `/.dockerignore\n/${path}`);
});

Deno.test("includes() tells what of a source is sent", async () => {
  const script = `${FILES}; printf '.git\\nother\\n!other/x' > .dockerignore`;
  const { context } = await look(await open(script));
  assertEquals(context.includes(".git"), false);
  assertEquals(context.includes("app/file"), true);
  assertEquals(context.includes("other"), true);
  assertEquals(context.includes("other/y"), false);
  const { context: part } = await look(await open(script), { context: "app" });
  assertEquals(part.includes(".git"), false);
  assertEquals(part.includes("app/file"), true);
  assertEquals(part.includes("app"), true);
});

Deno.test("opening and sending stop when told to, with the reason", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  for (const command of ["tar -czf - .", "tar -cf - .", "zip -qr - ."]) {
    await using source = await open(FILES, command);
    assertEquals(
      await assertRejects(() => openBuildContext(source, { signal })),
      reason,
    );
    for (const options of [{}, { context: "app" }]) {
      const context = await openBuildContext(source, options);
      const stream = context.stream({ signal });
      assertEquals(await assertRejects(() => toBytes(stream)), reason);
    }
  }
});

Deno.test("a broken archive is found before anything is sent", async () => {
  const bytes = await packMade(FILES, "tar -czf - .");
  const error = await assertRejects(async () => {
    await using source = await openPackage(await spoolOf(bytes.slice(0, -20)));
    await openBuildContext(source);
  }, ContextError);
  assertEquals(error.kind, "truncated");
});
