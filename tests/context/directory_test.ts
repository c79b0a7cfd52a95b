import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import {
  type DirectoryLimits,
  openDirectory,
} from "../../lib/context/directory.ts";
import { ContextError } from "../../lib/context/error.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { listTar, select, shell } from "./_support.ts";

async function refuse(
  directory: string,
  during?: () => Promise<unknown>,
): Promise<ContextError> {
  return await assertRejects(async () => {
    const reader = openDirectory(directory).stream(select()).getReader();
    await reader.read();
    await during?.();
    while (!(await reader.read()).done);
  }, ContextError);
}

Deno.test("what is pruned is not looked at", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell("mkdir -p a/b c; echo 1 > a/b/x; echo 2 > c/x", { cwd: path });
  const asked: string[] = [];
  const selection = select({
    keeps: (path) => {
      asked.push(path);
      return !path.startsWith("a");
    },
    prunes: (path) => path === "a",
  });
  const got = await toBytes(openDirectory(path).stream(selection));
  assertEquals(asked, ["a", "c", "c/x"]);
  assertEquals((await listTar(got)).length, 2);
});

Deno.test("devices are sent as such, and sockets not at all", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  using _listener = Deno.listen({ transport: "unix", path: `${path}/socket` });
  await shell("mkfifo fifo", { cwd: path });
  const got = await toBytes(openDirectory(path).stream(select()));
  const lines = await listTar(got);
  assertEquals(lines.length, 1);
  assert(lines[0]?.startsWith("p") && lines[0].endsWith("fifo"));
  // The numbers of a device that every Linux has: 1 and 3.
  const keeps = (path: string) => path === "null";
  const dev = openDirectory("/dev");
  const [line] = await listTar(
    await toBytes(dev.stream(select({ keeps, prunes: () => true }))),
  );
  assert(/^c\S+ 0\/0 +1,3 /.test(line ?? ""), line);
});

Deno.test("large files are sent in pieces", async () => {
  await using directory = await TemporaryDirectory.create();
  const bytes = Uint8Array.from({ length: 1_000_001 }, (_, i) => i % 251);
  await Deno.writeFile(`${directory.path}/large`, bytes);
  const stream = openDirectory(directory.path).stream(select());
  const chunks = await Array.fromAsync(stream);
  assert(chunks.every(({ length }) => length <= 128 * 1024));
  const all = await toBytes(ReadableStream.from(chunks));
  assertEquals(all.slice(512, 512 + bytes.length), bytes);
});

Deno.test("a file that changes while it is sent is named", async () => {
  await using directory = await TemporaryDirectory.create();
  const file = `${directory.path}/some file`;
  await Deno.writeFile(file, new Uint8Array(1_000_000));
  const shrank = await refuse(directory.path, () => Deno.truncate(file, 10));
  assertEquals(shrank.kind, "changed");
  assertEquals(
    shrank.message,
    'Cannot send "some file": it shrank while it was read',
  );
  await Deno.writeFile(file, new Uint8Array(1_000_000));
  const grew = await refuse(
    directory.path,
    () => Deno.writeFile(file, new Uint8Array(10), { append: true }),
  );
  assert(grew.message.includes("it grew"), grew.message);
});

Deno.test("a file that is gone when it is its turn is named", async () => {
  await using directory = await TemporaryDirectory.create();
  await Deno.writeFile(`${directory.path}/a`, new Uint8Array(1_000_000));
  await Deno.writeTextFile(`${directory.path}/b`, "b");
  const error = await refuse(
    directory.path,
    () => Deno.remove(`${directory.path}/b`),
  );
  assertEquals(error.kind, "changed");
  assert(error.message.includes('"b"'), error.message);
});

Deno.test("a name that is not UTF-8 is refused, unless it is ignored", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell("echo > a; echo > $'caf\\xe9'; echo > $'\\xef\\xbf\\xbd'", {
    cwd: path,
  });
  const error = await assertRejects(
    () => toBytes(openDirectory(path).stream(select())),
    ContextError,
  );
  assertEquals(error.kind, "unsupported");
  assert(error.message.includes("not UTF-8"), error.message);
  const keeps = (path: string) => !path.startsWith("caf");
  const got = await toBytes(openDirectory(path).stream(select({ keeps })));
  assertEquals((await listTar(got)).length, 2);
});

Deno.test("a directory whose name is not UTF-8 is not taken for a link that leads out", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell(
    "mkdir -p out app/$'\\xff'; echo secret > out/file; ln -s $PWD/out app/$'\\xef\\xbf\\xbd'",
    { cwd: path },
  );
  const error = await refuse(`${path}/app`);
  assertEquals(error.kind, "unsupported");
  assert(error.message.includes("not UTF-8"), error.message);
  const ignored = select({ keeps: () => false, prunes: () => false });
  const walked = await assertRejects(
    () => toBytes(openDirectory(`${path}/app`).stream(ignored)),
    ContextError,
  );
  assertEquals(walked.kind, "unsupported");
});

Deno.test("a directory that is not there is named", async () => {
  const error = await assertRejects(
    () => openDirectory("/not/there").survey([], { maxFileBytes: 1 }),
    ContextError,
  );
  assert(error.message.includes("/not/there"), error.message);
});

Deno.test("a survey does not look through links", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell("mkdir a; echo 1 > a/file; ln -s a link; ln -s /etc out", {
    cwd: path,
  });
  const { nodes, directories } = await openDirectory(path).survey(
    ["a/file", "link", "link/file", "out/passwd", "a/file/x", "none"],
    { maxFileBytes: 100 },
  );
  assertEquals([...nodes.keys()], ["a/file", "link"]);
  assertEquals(nodes.get("link"), { kind: "symlink", target: "a" });
  assertEquals(directories, ["a"]);
});

Deno.test("sending stops when told to, with the reason, and closes what is open", async () => {
  await using directory = await TemporaryDirectory.create();
  await Deno.writeFile(`${directory.path}/a`, new Uint8Array(1_000_000));
  const source = openDirectory(directory.path);
  const controller = new AbortController();
  const { signal } = controller;
  const reader = source.stream(select(), { signal }).getReader();
  await reader.read();
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => reader.read()), reason);

  const cancelled = source.stream(select()).getReader();
  await cancelled.read();
  await cancelled.cancel();
});

Deno.test("sending is given up while there is nothing to send", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell("touch {1..50}", { cwd: path });
  let asked = 0;
  const keeps = () => {
    asked++;
    const start = performance.now();
    while (performance.now() - start < 20);
    return false;
  };
  const reader = openDirectory(path).stream(select({ keeps })).getReader();
  const cancelled = new Promise((resolve) =>
    setTimeout(() => resolve(reader.cancel()))
  );
  assert((await reader.read()).done);
  await cancelled;
  assertLess(asked, 50);
});

Deno.test("a directory is sent only up to its limits", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await shell("mkdir a; printf 12345 > a/b; ln -s b a/c", { cwd: path });
  const send = (limits: Partial<DirectoryLimits>) =>
    toBytes(openDirectory(path, limits).stream(select()));
  await send({ entries: 3, unpackedBytes: 5 });
  const refusals = {
    "it holds more than 2 entries": { entries: 2 },
    "its files have more than 4 bytes": { unpackedBytes: 4 },
  };
  for (const [words, limits] of Object.entries(refusals)) {
    const error = await assertRejects(() => send(limits), ContextError, words);
    assertEquals(error.kind, "limit");
  }
});
