import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  gitPermissions,
  packagePermissions,
} from "../../lib/config/permissions.ts";
import {
  type Setting,
  SETTINGS,
  TRUST_VARIABLES,
} from "../../lib/config/settings.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { COLLECTOR_VARIABLES } from "../../lib/telemetry/collector.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import {
  DOCKER_HOST,
  SOCKET,
  WorkerProcess,
} from "../support/worker_process.ts";
import { grantsOf, without } from "./_grants.ts";
import { Stage } from "./_stage.ts";

const REACH = fileURLToPath(new URL("_reach.ts", import.meta.url));
const ADDRESS = "ws://127.0.0.1:9";

/** Starts a worker that has to end at once, and gives what it says. */
async function refusal(
  permissions: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  await using worker = new WorkerProcess({
    env: { ENDPOINT: ADDRESS, ...env },
    permissions,
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2, log);
  assertEquals(log.includes("    at "), false, log);
  return log;
}

Deno.test("without one permission, a worker for packages names it and ends", async (t) => {
  const permissions = packagePermissions({ socket: SOCKET });
  const others = grantsOf(permissions).filter(({ flag }) =>
    flag !== "--allow-env"
  );
  const messages: Readonly<Record<string, string>> = {
    "--allow-net": `ENDPOINT: Deno may not connect to "127.0.0.1:9"`,
    "--allow-read": `DOCKER_HOST: Deno may not read "${SOCKET}"`,
    "--allow-write": `DOCKER_HOST: Deno may not write "${SOCKET}"`,
  };
  assertEquals(others.map(({ flag }) => flag), Object.keys(messages));
  for (const grant of others) {
    await t.step(Object.values(grant).join(" "), async () => {
      const log = await refusal(without(permissions, grant));
      assertStringIncludes(log, messages[grant.flag] ?? "");
      assertStringIncludes(log, grant.flag);
    });
  }

  // The worker looks for these itself; Deno has to agree that they are needed.
  await t.step("nor can it be done without asking for it", async () => {
    const reach = (address: string, permissions: readonly string[]) =>
      runProgram([address], { module: REACH, permissions });
    await using manager = await EmbeddedManager.listen();
    const { host } = new URL(manager.url);
    const refusals: Readonly<Record<string, readonly [string, string]>> = {
      "--allow-net": [manager.url, `Requires net access to "${host}"`],
      "--allow-read": [DOCKER_HOST, `Requires read access to "${SOCKET}"`],
      "--allow-write": [DOCKER_HOST, `Requires write access to "${SOCKET}"`],
    };
    for (const grant of others) {
      const [address = "", says = ""] = refusals[grant.flag] ?? [];
      const allowed = await reach(address, permissions);
      assertEquals(allowed.code, 0, allowed.stderr);
      const refused = await reach(address, without(permissions, grant));
      assertStringIncludes(refused.stderr, says);
    }
  });

  // All that is missing is named at once, so that one start shows each.
  await t.step("every variable of a setting", async () => {
    const log = await refusal(
      permissions.filter((flag) => !flag.startsWith("--allow-env")),
    );
    for (const name of Object.keys(SETTINGS)) {
      assertStringIncludes(log, `${name}: Requires env access to "${name}"`);
    }
  });

  await using certificates = await TemporaryDirectory.create();
  const authorities = `${certificates.path}/ca.pem`;
  await Deno.writeTextFile(authorities, "");
  const trusting = {
    TLS_CA_ONLY: "true",
    TLS_CA_PATH: authorities,
    DENO_TLS_CA_STORE: "system",
    SSL_CERT_FILE: authorities,
  };
  const aliases = Object.values<Setting<unknown>>(SETTINGS)
    .flatMap(({ aliases = [] }) => aliases);
  const cases = [
    ...aliases.map((item) => ({ item, env: {} })),
    ...TRUST_VARIABLES.map((item) => ({ item, env: trusting })),
    ...COLLECTOR_VARIABLES.map((item) => ({ item, env: {} })),
  ];
  for (const { item, env } of cases) {
    await t.step(`the variable ${item}`, async () => {
      const taken = { flag: "--allow-env", item };
      const log = await refusal(without(permissions, taken), env);
      assertStringIncludes(log, `Requires env access to "${item}"`);
    });
  }

  const tested = [...Object.keys(SETTINGS), ...cases.map(({ item }) => item)];
  const allowed = grantsOf(permissions)
    .flatMap(({ flag, item }) => flag === "--allow-env" ? item ?? [] : []);
  assertEquals(allowed.sort(), tested.sort());
});

Deno.test("without one permission more, a worker with git says so at its start or in the build's error", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const temporaryDirectory = await directory.directory("tmp");
  const certificates = await directory.directory("certificates");
  const repository = await GitRepository.create(`${directory.path}/project`);
  const sha = await repository.commit({
    Dockerfile: `FROM ${stage.base}\nRUN true\n`,
  });
  await using server = new GitHttpServer({ root: directory.path });
  const kwargs = stage.arguments({
    git: { url: server.url("project/.git"), sha },
  });
  const build = async (permissions: readonly string[]) => {
    await using manager = await EmbeddedManager.listen();
    await using _worker = new WorkerProcess({
      env: { ENDPOINT: manager.url, TMPDIR: temporaryDirectory },
      permissions,
    });
    return await manager.build(kwargs);
  };
  const permissions = gitPermissions({
    socket: SOCKET,
    temporaryDirectory,
    certificates,
  });

  await t.step("with all of them, it builds", async () => {
    const report = await build(permissions);
    assertEquals(report.kind, "success", JSON.stringify(report));
  });

  const needed = {
    "--allow-run git": "run access to",
    "--allow-env NODE_V8_COVERAGE": '"NODE_V8_COVERAGE"',
  };
  for (const [grant, says] of Object.entries(needed)) {
    await t.step(grant.replace(directory.path, ""), async () => {
      const [flag = "", item = ""] = grant.split(" ");
      const report = await build(without(permissions, { flag, item }));
      assert(report.kind === "failure", JSON.stringify(report));
      assertEquals(report.uri, "io.quay.builder.gitfailure");
      assertStringIncludes(report.baseError, says);
      assertEquals(report.baseError.includes("    at "), false);
    });
  }

  const using = ["read", "write"].map((name) => ({
    flag: `--allow-${name}`,
    item: temporaryDirectory,
    says: `TMPDIR: Deno may not ${name} "${temporaryDirectory}"`,
  }));
  for (const { flag, item, says } of using) {
    await t.step(`${flag} of the temporary directory`, async () => {
      const log = await refusal(without(permissions, { flag, item }), {
        TMPDIR: temporaryDirectory,
      });
      assertStringIncludes(log, says);
      assertStringIncludes(log, `${flag}=${item}`);
    });
  }

  const reading = { flag: "--allow-read", item: certificates };
  await t.step("--allow-read of the certificates", async () => {
    const log = await refusal(without(permissions, reading), {
      TMPDIR: temporaryDirectory,
      TLS_CA_PATH: `${certificates}/ca.pem`,
    });
    assertStringIncludes(log, "TLS_CA_PATH: cannot use");
    assertStringIncludes(log, "Requires read access to");
  });

  const common = grantsOf(packagePermissions({ socket: SOCKET }));
  const more = grantsOf(permissions).filter(({ flag, item }) =>
    !common.some((grant) => grant.flag === flag && grant.item === item)
  );
  assertEquals(
    more.map(({ flag, item }) => `${flag} ${item}`).sort(),
    [
      ...Object.keys(needed),
      ...[...using, reading].map(({ flag, item }) => `${flag} ${item}`),
    ].sort(),
  );
});
