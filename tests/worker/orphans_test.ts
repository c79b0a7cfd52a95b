import { assert, assertEquals } from "@std/assert";
import { SPOOL_PREFIX } from "../../lib/context/spool_store.ts";
import { NEW_PREFIX, OwnedDirectory } from "../../lib/files/owned_directory.ts";
import { WORKPLACE_PREFIX } from "../../lib/source/git/workplace.ts";
import { removeOrphanedFiles } from "../../lib/worker/orphans.ts";
import { RecordingLogger } from "../support/recording_logger.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Mounts an empty file system on each directory, until it is disposed. */
async function mount(...paths: string[]): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  for (const path of paths) {
    await run("mount", "-t", "tmpfs", "test", path);
    stack.defer(() => run("umount", path));
  }
  return stack.move();
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args })
    .output();
  assert(success, new TextDecoder().decode(stderr));
}

async function list(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.map(({ name }) => name).sort();
}

Deno.test("what crashed workers have left goes, what living ones and others have stays", async () => {
  await using temporary = await TemporaryDirectory.create();
  const parent = temporary.path;
  await using living = await OwnedDirectory.create({
    parent,
    prefix: WORKPLACE_PREFIX,
  });
  const orphan = await temporary.directory(`${WORKPLACE_PREFIX}orphan`);
  await Deno.writeTextFile(`${orphan}/key`, "a private key");
  const spool = `${parent}/${SPOOL_PREFIX}orphan`;
  await Deno.writeTextFile(spool, "");
  await Deno.utime(spool, 0, 0);
  await temporary.directory("somebody-elses");

  const logger = new RecordingLogger();
  await removeOrphanedFiles(parent, logger);
  assertEquals(await list(parent), [
    living.path.slice(parent.length + 1),
    "somebody-elses",
  ]);
  assertEquals(logger.lines[0]?.fields, { removed: [orphan, spool] });

  await removeOrphanedFiles(parent, logger);
  assertEquals(logger.lines.length, 1);
});

Deno.test("what cannot be removed is warned of, and holds nothing else up", async () => {
  await using temporary = await TemporaryDirectory.create();
  const parent = temporary.path;
  // The system does not let go of a directory on which another one is mounted.
  const busy = await temporary.directory(`${WORKPLACE_PREFIX}busy`);
  const stale = await temporary.directory(`${NEW_PREFIX}busy`);
  await using _mounts = await mount(busy, stale);
  await Deno.utime(stale, 0, 0);
  for (const name of ["a", "z"]) {
    await temporary.directory(`${WORKPLACE_PREFIX}${name}`);
    const old = `${parent}/${SPOOL_PREFIX}${name}`;
    await Deno.writeTextFile(old, "");
    await Deno.utime(old, 0, 0);
  }

  const logger = new RecordingLogger();
  await removeOrphanedFiles(parent, logger);
  const left = [busy, stale].map((path) => path.slice(parent.length + 1));
  assertEquals(await list(parent), left.sort());
  const warned = logger.lines.filter(({ level }) => level === "warning");
  assertEquals(
    warned.map(({ fields }) => fields["path"]),
    [busy, stale],
  );
});

Deno.test({
  name: "a worker that may not look there says nothing of it",
  permissions: { read: false },
  async fn() {
    const logger = new RecordingLogger();
    await removeOrphanedFiles("/tmp", logger);
    assertEquals(logger.messages("warning"), []);
  },
});

Deno.test("a directory that is not there is warned of", async () => {
  const logger = new RecordingLogger();
  await removeOrphanedFiles("/no/such/directory", logger);
  assertEquals(logger.messages("warning").length, 1);
});
