import { assertEquals, assertMatch } from "@std/assert";
import { gitPermissions } from "../../lib/config/permissions.ts";
import { PERMISSIONS } from "../../lib/doctor/permissions.ts";
import { runProgram } from "../support/program.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

/** What a worker may use, wherever it is started. */
const PERMITTED = {
  ENDPOINT: "ws://quay",
  DOCKER_HOST: "unix:///var/run/docker.sock",
  TMPDIR: "/tmp/quay-builder",
  TLS_CA_PATH: "/etc/quay-builder/ca.pem",
};

Deno.test("settings that name what a worker may use are healthy", async () => {
  assertHealthy(await look(PERMISSIONS, PERMITTED));
  assertHealthy(await look(PERMISSIONS, { DOCKER_HOST: "tcp://engine" }));
});

Deno.test("what the doctor may use, and a worker may not, is wrong", async () => {
  const DOCKER_HOST = "tcp://engine";
  const cases = [
    [{ DOCKER_HOST: "unix:///run/docker.sock" }, /var\/run\/docker\.sock, or/],
    [{ TMPDIR: "/tmp/../root/t" }, /\/tmp or a directory in it, or .*--allow/],
    [{ TLS_CA_PATH: "/root/ca.pem" }, /\/etc\/quay-builder, or .*--allow-read/],
    [
      { TLS_CERT_PATH: "/root/c.pem", TLS_KEY_PATH: "/root/k.pem" },
      /it in \/etc/,
    ],
    [{ DOCKER_CERT_PATH: "/root/docker", DOCKER_HOST }, /\/etc\/quay-builder/],
  ] as const;
  for (const [settings, advice] of cases) {
    const findings = await look(PERMISSIONS, { ...PERMITTED, ...settings });
    for (const [name, value] of Object.entries(settings)) {
      if (value === DOCKER_HOST) continue;
      const message = new RegExp(`^${name}: a worker may not read`);
      assertFinding(findings, { verdict: "wrong", message, advice });
    }
    const expected = Object.values(settings).filter((v) => v !== DOCKER_HOST);
    assertEquals(findings.length, expected.length);
  }
});

Deno.test("started with permissions that a worker has, the doctor goes by them", async () => {
  const TMPDIR = "/var/tmp";
  const doctor = async (temporaryDirectory: string) => {
    const permissions = gitPermissions({ temporaryDirectory });
    const env = { ...PERMITTED, TMPDIR };
    return (await runProgram(["doctor"], { permissions, env })).stdout;
  };
  assertMatch(await doctor("/tmp"), /^✗ WRONG {3}permissions: TMPDIR: .*\n/m);
  assertMatch(await doctor(TMPDIR), /^✓ ok {6}permissions: a worker may /m);
});
