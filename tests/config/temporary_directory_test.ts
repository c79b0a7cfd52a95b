import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { loadConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config_error.ts";
import { prepareTemporaryDirectory } from "../../lib/config/temporary_directory.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

function prepare(TMPDIR: string): Promise<void> {
  const settings = new Map(Object.entries({ ENDPOINT: "ws://quay", TMPDIR }));
  return prepareTemporaryDirectory(loadConfig((name) => settings.get(name)));
}

Deno.test("a directory for temporary files is left as it was", async () => {
  await using directory = await TemporaryDirectory.create();
  await prepare(directory.path);
  assertEquals(await Array.fromAsync(Deno.readDir(directory.path)), []);
});

Deno.test("a directory for temporary files that is missing is made, for this user alone", async () => {
  await using directory = await TemporaryDirectory.create();
  const path = `${directory.path}/quay-builder/tmp`;
  await prepare(path);
  const { isDirectory, mode } = await Deno.stat(path);
  assert(isDirectory);
  assertEquals((mode ?? 0) & 0o777, 0o700);
});

Deno.test("what cannot be written is a mistake of TMPDIR", async () => {
  await using directory = await TemporaryDirectory.create();
  const file = `${directory.path}/file`;
  await Deno.writeTextFile(file, "");
  for (const path of [file, `${file}/tmp`, "/proc"]) {
    const { mistakes } = await assertRejects(() => prepare(path), ConfigError);
    assertEquals(mistakes.map(({ source }) => source), ["TMPDIR"]);
    assertMatch(mistakes[0]?.problem ?? "", /^nothing can be written to "/);
  }
});

Deno.test("a full file system is no mistake: the worker may make room", async () => {
  await using directory = await TemporaryDirectory.create();
  const mount = (...args: string[]) =>
    new Deno.Command(args[0] ?? "", { args: args.slice(1) }).output();
  const { path } = directory;
  const { success } = await mount(
    ...["mount", "-t", "tmpfs", "-o", "nr_inodes=1", "tmpfs", path],
  );
  assert(success);
  try {
    await assertRejects(
      () => Deno.makeTempFile({ dir: path }),
      Error,
      "No space",
    );
    await prepare(path);
  } finally {
    await mount("umount", path);
  }
});
