import { assertEquals, assertMatch } from "@std/assert";
import { doctorPermissions } from "../../lib/config/permissions.ts";
import { TEMPORARY_DIRECTORY } from "../../lib/doctor/temporary_directory.ts";
import { AS_NOBODY_SPECIAL, runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("a temporary directory with room is healthy", async () => {
  await using directory = await TemporaryDirectory.create();
  const settings = { TMPDIR: directory.path, PACKAGE_LIMIT: "1MiB" };
  assertHealthy(await look(TEMPORARY_DIRECTORY, settings));
});

Deno.test("a temporary directory that is missing is well where a worker can make it", async () => {
  await using directory = await TemporaryDirectory.create();
  const TMPDIR = `${directory.path}/no/such`;
  const settings = { TMPDIR, PACKAGE_LIMIT: "1MiB" };
  const findings = await look(TEMPORARY_DIRECTORY, settings);
  assertHealthy(findings);
  assertFinding(findings, { verdict: "ok", message: /a worker makes it in / });
  assertEquals(await Array.fromAsync(Deno.readDir(directory.path)), []);

  assertFinding(await look(TEMPORARY_DIRECTORY, { TMPDIR: "/proc/no/such" }), {
    verdict: "wrong",
    message: /\/proc\/no\/such cannot be written/,
    advice: /TMPDIR/,
  });
});

Deno.test("too little room for a package is worth a word", async () => {
  assertFinding(
    await look(TEMPORARY_DIRECTORY, { PACKAGE_LIMIT: "900000GiB" }),
    {
      verdict: "warning",
      message: /a package may have \d+ TiB/,
      advice: /PACKAGE_LIMIT/,
    },
  );
});

Deno.test("a temporary directory that the worker's user may not write is wrong", async () => {
  await using directory = await TemporaryDirectory.create();
  await Deno.chmod(directory.path, 0o555);
  const { code, stdout } = await runProgram(["doctor"], {
    permissions: doctorPermissions(),
    env: { TMPDIR: directory.path },
    launcher: AS_NOBODY_SPECIAL,
  });
  assertEquals(code, 1);
  assertMatch(
    stdout,
    /^✗ WRONG {3}temporary directory: \S+ cannot be written: .*\n.*worker's user/m,
  );
});
