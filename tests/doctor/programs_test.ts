import { assertEquals } from "@std/assert";
import { PROGRAMS } from "../../lib/doctor/programs.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("git and what it starts are told with their versions", async () => {
  const findings = await look(PROGRAMS, {});
  assertHealthy(findings);
  assertEquals(findings.length, 4);
  for (const message of [/^git version/, /^OpenSSH/, /setsid/, /git-lfs/]) {
    assertFinding(findings, { verdict: "ok", message });
  }
});
