import { assertEquals, assertMatch } from "@std/assert";
import { doctorPermissions } from "../../lib/config/permissions.ts";
import { PROGRAMS } from "../../lib/doctor/programs.ts";
import { runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("git and what it starts are told with their versions", async () => {
  const findings = await look(PROGRAMS, {});
  assertHealthy(findings);
  assertEquals(findings.length, 4);
  for (const message of [/^git version/, /^OpenSSH/, /^setsid/, /git-lfs/]) {
    assertFinding(findings, { verdict: "ok", message });
  }
});

/** What doctor says where git finds these programs alone, and its own. */
async function lookBeside(
  programs: Readonly<Record<string, string>>,
): Promise<string> {
  await using directory = await TemporaryDirectory.create();
  for (const [name, path] of Object.entries(programs)) {
    await Deno.symlink(path, `${directory.path}/${name}`);
  }
  const { stdout } = await runProgram(["doctor"], {
    permissions: doctorPermissions(),
    env: { PATH: directory.path },
  });
  return stdout;
}

Deno.test("what git would start and does not find is told with the package to install", async () => {
  const report = await lookBeside({ git: "/usr/bin/git" });
  assertMatch(report, /^✓ ok {6}git: git version/m);
  assertMatch(report, /^! look {4}git: git finds no ssh\n.*openssh-client/m);
  assertMatch(report, /^! look {4}git: git finds no setsid\n.*util-linux/m);
  assertMatch(report, /^! look {4}git: git finds no git-lfs\n.*git-lfs/m);
});

Deno.test("busybox's setsid, which has no version to tell, will do", async () => {
  const busybox = "/bin/busybox";
  const report = await lookBeside({
    git: "/usr/bin/git",
    setsid: busybox,
    true: busybox,
  });
  assertMatch(report, /^✓ ok {6}git: setsid runs$/m);
});
