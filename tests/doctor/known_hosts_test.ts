import { assertEquals, assertMatch } from "@std/assert";
import { doctorPermissions } from "../../lib/config/permissions.ts";
import { KNOWN_HOSTS } from "../../lib/doctor/known_hosts.ts";
import { AS_NOBODY_SPECIAL, runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("known hosts that can be read are healthy, as are none", async () => {
  await using directory = await TemporaryDirectory.create();
  const SSH_KNOWN_HOSTS = `${directory.path}/known_hosts`;
  await Deno.writeTextFile(
    SSH_KNOWN_HOSTS,
    "# mine\ngit.example.com ssh-rsa A\n",
  );
  assertHealthy(await look(KNOWN_HOSTS, {}));
  assertHealthy(await look(KNOWN_HOSTS, { SSH_KNOWN_HOSTS }));
});

Deno.test("known hosts that ssh cannot use are told with the reason", async () => {
  await using directory = await TemporaryDirectory.create();
  const empty = `${directory.path}/empty`;
  await Deno.writeTextFile(empty, "# nobody yet\n");
  const cases = [
    ["/no/such/file", "wrong", /cannot be read: No such file/],
    [directory.path, "wrong", /cannot be read: Is a directory/],
    [empty, "wrong", /holds no host/],
    ["known_hosts", "warning", /is not a whole path/],
  ] as const;
  for (const [SSH_KNOWN_HOSTS, verdict, message] of cases) {
    const findings = await look(KNOWN_HOSTS, { SSH_KNOWN_HOSTS });
    assertFinding(findings, { verdict, message });
  }
});

Deno.test("known hosts that the worker's user may not read are wrong", async () => {
  await using directory = await TemporaryDirectory.create();
  const SSH_KNOWN_HOSTS = `${directory.path}/known_hosts`;
  await Deno.writeTextFile(SSH_KNOWN_HOSTS, "git.example.com ssh-rsa A\n");
  await Deno.chmod(SSH_KNOWN_HOSTS, 0);
  const { code, stdout } = await runProgram(["doctor"], {
    permissions: doctorPermissions(),
    env: { SSH_KNOWN_HOSTS },
    launcher: AS_NOBODY_SPECIAL,
  });
  assertEquals(code, 1);
  assertMatch(stdout, /^✗ WRONG {3}known hosts: \S+ \S+ cannot be read: .*/m);
});
