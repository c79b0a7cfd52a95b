import { assert, assertEquals } from "@std/assert";
import {
  OwnedDirectory,
  type RemovalOptions,
  removeOrphans,
  removeStale,
} from "../../lib/files/owned_directory.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const PREFIX = "test-kind-";
const MODULE = new URL("../../lib/files/owned_directory.ts", import.meta.url);

/** Another process that owns a directory, and lives until it is killed. */
async function startOwner(parent: string): Promise<Deno.ChildProcess> {
  const code = `
    import { OwnedDirectory } from "${MODULE}";
    const options = ${JSON.stringify({ parent, prefix: PREFIX })};
    const { path } = await OwnedDirectory.create(options);
    await Deno.writeTextFile(path + "/file", "text");
    console.log(path);
    await new Promise((resolve) => setTimeout(resolve, 600_000));`;
  const owner = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      `data:text/typescript,${encodeURIComponent(code)}`,
    ],
    stdout: "piped",
  }).spawn();
  const output = owner.stdout.getReader();
  await output.read();
  await output.cancel();
  return owner;
}

/** A removal in which nothing may fail. */
function removalFrom(parent: string): RemovalOptions {
  return {
    parent,
    prefix: PREFIX,
    onFailure: (path, error) => {
      throw new Error(`Cannot remove "${path}"`, { cause: error });
    },
  };
}

async function list(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.map(({ name }) => name);
}

Deno.test("a directory goes with its owner, however that ends", async () => {
  await using temporary = await TemporaryDirectory.create();
  const options = removalFrom(temporary.path);
  const owner = await startOwner(temporary.path);
  assertEquals((await list(temporary.path)).length, 1);
  assertEquals(await removeOrphans(options), []);
  owner.kill("SIGKILL");
  await owner.status;
  assertEquals((await removeOrphans(options)).length, 1);
  assertEquals(await list(temporary.path), []);
});

Deno.test("a living owner's directory is private, and stays until it is disposed of", async () => {
  await using temporary = await TemporaryDirectory.create();
  const options = removalFrom(temporary.path);
  {
    await using owned = await OwnedDirectory.create(options);
    const { mode } = await Deno.stat(owned.path);
    assertEquals((mode ?? 0) & 0o777, 0o700);
    assertEquals(await removeOrphans(options), []);
    assertEquals((await list(temporary.path)).length, 1);
  }
  assertEquals(await list(temporary.path), []);
});

Deno.test("directories of other kinds are nobody's orphans", async () => {
  await using temporary = await TemporaryDirectory.create();
  const options = removalFrom(temporary.path);
  await temporary.directory("other");
  await Deno.symlink("/etc", `${temporary.path}/${PREFIX}link`);
  assertEquals(await removeOrphans(options), []);
});

Deno.test("what had a name for a while is stale", async () => {
  await using temporary = await TemporaryDirectory.create();
  const options = removalFrom(temporary.path);
  const [young, old] = ["young", "old"].map((name) =>
    `${temporary.path}/${PREFIX}${name}`
  ) as [string, string];
  await Deno.writeTextFile(young, "");
  await Deno.writeTextFile(old, "");
  const hourAgo = new Date(Date.now() - 3_600_000);
  await Deno.utime(old, hourAgo, hourAgo);
  assertEquals(await removeStale(options), [old]);
});

Deno.test("what another user has put in the way holds nothing up", async () => {
  await using temporary = await TemporaryDirectory.create();
  const { path } = temporary;
  const options = removalFrom(path);
  const trap = await temporary.directory(`${PREFIX}trap`);
  const made = await new Deno.Command("mkfifo", {
    args: [`${trap}/owner.lock`],
  }).output();
  assert(made.success);
  await temporary.directory(`${PREFIX}orphan`);
  assertEquals(await removeOrphans(options), [`${path}/${PREFIX}orphan`]);
  assertEquals(await list(path), [`${PREFIX}trap`]);
});

Deno.test("what vanishes meanwhile does not end the clean-up", async () => {
  await using temporary = await TemporaryDirectory.create();
  const { path } = temporary;
  const names = Array.from({ length: 300 }, (_, n) => `${path}/${PREFIX}${n}`);
  const hourAgo = new Date(Date.now() - 3_600_000);
  for (const name of names) {
    await Deno.mkdir(name);
    await Deno.utime(name, hourAgo, hourAgo);
  }
  // Several workers start at once.
  const options = removalFrom(path);
  await Promise.all([removeStale(options), removeStale(options)]);
  assertEquals(await list(path), []);
});
