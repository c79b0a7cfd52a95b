import { assertEquals } from "@std/assert";
import { SPOOL_PREFIX } from "../../lib/context/spool_store.ts";
import { OwnedDirectory } from "../../lib/files/owned_directory.ts";
import { WORKPLACE_PREFIX } from "../../lib/source/git/workplace.ts";
import { removeOrphanedFiles } from "../../lib/worker/orphans.ts";
import { RecordingLogger } from "../support/recording_logger.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

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
