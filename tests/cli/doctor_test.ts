import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  doctorPermissions,
  gitPermissions,
} from "../../lib/config/permissions.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { freePort } from "../support/free_port.ts";
import { PermittedEngine } from "../support/permitted_engine.ts";
import { TestRegistry } from "../support/registry.ts";
import { AS_NOBODY_SPECIAL, runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { DOCKER_HOST, SOCKET } from "../support/worker_process.ts";

const ALL = { permissions: doctorPermissions() };

/** Options under which nothing is wrong. */
class HealthyPlace implements AsyncDisposable {
  readonly manager: EmbeddedManager;
  readonly registry: TestRegistry;
  readonly engine: PermittedEngine;

  private constructor(
    parts: Pick<HealthyPlace, "manager" | "registry" | "engine">,
  ) {
    this.manager = parts.manager;
    this.registry = parts.registry;
    this.engine = parts.engine;
  }

  static async make(): Promise<HealthyPlace> {
    return new HealthyPlace({
      manager: await EmbeddedManager.listen(),
      registry: await TestRegistry.start(),
      engine: await PermittedEngine.link(),
    });
  }

  get args(): string[] {
    return ["doctor", "--registry", this.registry.host];
  }

  get env(): Record<string, string> {
    return { ENDPOINT: this.manager.url, ...this.engine.env };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.manager[Symbol.asyncDispose]();
    await this.registry[Symbol.asyncDispose]();
    await this.engine[Symbol.asyncDispose]();
  }
}

Deno.test("where all is well, doctor says so on a line each, and exits with 0", async () => {
  await using place = await HealthyPlace.make();
  const { args, env } = place;
  const { code, stdout, stderr } = await runProgram(args, { ...ALL, env });
  assertEquals([code, stderr], [0, ""], stdout);
  const [report = "", summary] = stdout.split("\n\n");
  for (const line of report.split("\n")) assertMatch(line, /^✓ ok {6}\S/);
  assertMatch(summary ?? "", /^\d+ ok, 0 to look at, 0 wrong, 0 not checked$/m);
  assertEquals(place.manager.workers, []);
  assertEquals(place.manager.violations, []);
});

Deno.test("doctor tells what is wrong, what to do, and exits with 1", async () => {
  const env = {
    ENDPIONT: "ws://quay.example.com",
    DOCKER_HOST: "unix:///none",
  };
  const { code, stdout } = await runProgram(["doctor"], { ...ALL, env });
  assertEquals(code, 1);
  assertMatch(stdout, /^✗ WRONG {3}configuration: ENDPOINT: .*\n {10}→ For /m);
  assertMatch(
    stdout,
    /^! look {4}configuration: ENDPIONT is set.*\n {10}→ If ENDPOINT was meant/m,
  );
  assertMatch(stdout, /^✗ WRONG {3}engine: .*no socket there.*\n {10}→ Start/m);
});

Deno.test("doctor's colours are for terminals, and for those who want them", async () => {
  const env = { DOCKER_HOST: "unix:///none" };
  // deno-lint-ignore no-control-regex
  const colour = /\x1b\[31m✗ WRONG/;
  const terminal = 100;
  const shown = await runProgram(["doctor"], { ...ALL, env, terminal });
  assertEquals(shown.code, 1);
  assertMatch(shown.stdout, colour);
  const longest = Math.max(
    // deno-lint-ignore no-control-regex
    ...shown.stdout.replaceAll(/\x1b\[\d+m/g, "").split("\r\n")
      .map((line) => line.length),
  );
  assert(longest <= terminal, shown.stdout);
  const colourless: readonly Record<string, string>[] = [
    { NO_COLOR: "1" },
    { TERM: "dumb" },
  ];
  for (const wish of colourless) {
    const plain = await runProgram(["doctor"], {
      ...ALL,
      env: { ...env, ...wish },
      terminal,
    });
    assertStringIncludes(plain.stdout, "✗ WRONG");
    assertEquals(plain.stdout.includes("\x1b"), false);
  }
});

Deno.test("doctor --json is for machines", async () => {
  await using place = await HealthyPlace.make();
  const { args, env } = place;
  const { code, stdout } = await runProgram([...args, "--json"], {
    ...ALL,
    env: { ...env, LOG_LEVEL: "loud" },
  });
  assertEquals(code, 1);
  const { fit, findings } = JSON.parse(stdout);
  assertEquals(fit, false);
  const wrong = findings.filter(({ verdict }: { verdict: string }) =>
    verdict === "wrong"
  );
  assertEquals(wrong, [{
    check: "configuration",
    verdict: "wrong",
    message:
      'LOG_LEVEL: cannot use "loud", expected one of debug, info, warning, error',
    advice: "For example LOG_LEVEL=debug",
  }]);
});

Deno.test("with a worker's permissions, doctor says what it could not see", async () => {
  await using place = await HealthyPlace.make();
  const { args, env } = place;
  const { code, stdout, stderr } = await runProgram(args, {
    env: { ...env, DOCKER_HOST },
    permissions: gitPermissions({ socket: SOCKET }),
  });
  assertEquals([code, stderr], [0, ""], stdout);
  assertMatch(stdout, /^- skipped configuration: misspelt.*\n.*--allow-env/m);
  assertMatch(stdout, /^- skipped temporary.*\n.*--allow-sys=statfs/m);
  assertMatch(stdout, /^✓ ok {6}git: OpenSSH/m);
});

Deno.test("a socket that the worker's user may not open is told as such", async () => {
  await using directory = await TemporaryDirectory.create();
  const path = `${directory.path}/engine.sock`;
  using _listener = Deno.listen({ transport: "unix", path });
  await Deno.chmod(path, 0);
  const { code, stdout } = await runProgram(["doctor"], {
    ...ALL,
    env: { DOCKER_HOST: `unix://${path}` },
    launcher: AS_NOBODY_SPECIAL,
  });
  assertEquals(code, 1);
  assertMatch(stdout, /engine: .*does not let this user in.*\n.*usermod -aG/);
});

Deno.test("a machine without git can still build packages", async () => {
  await using directory = await TemporaryDirectory.create();
  const { stdout } = await runProgram(["doctor"], {
    permissions: ["--allow-net", "--allow-read", "--allow-env", "--allow-run"],
    env: { PATH: directory.path },
  });
  assertMatch(stdout, /^! look {4}git: there is no git\n.*install git/m);
});

Deno.test("what never answers does not keep doctor for ever", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `127.0.0.1:${silent.addr.port}`;
  const { code, stdout } = await runProgram(["doctor", "--registry", host], {
    ...ALL,
    env: { ENDPOINT: `ws://${host}`, DOCKER_HOST: `tcp://${host}` },
  });
  assertEquals(code, 1);
  assertMatch(stdout, /✗ WRONG {3}Build Manager: .*no answer within/);
  assertMatch(stdout, /✗ WRONG {3}engine: no answer within 15 s/);
  assertMatch(stdout, /- skipped clock: no server told the time/);
});

Deno.test("a variable of somebody else is not taken for a misspelt setting", async () => {
  const others = [
    // Near to DENO_CERT, which the worker looks at.
    "DENO_CENT",
    ...["HTTP_PORT", "HTTPS_PORT", "ftp_proxy", "FTP_PROXY"],
    ...["DOCKER_PORT", "DOCKER_TLS", "DOCKER_TLS_CERTDIR", "DOCKER_CONFIG"],
  ];
  const { stdout } = await runProgram(["doctor"], {
    ...ALL,
    env: Object.fromEntries(others.map((name) => [name, "1"])),
  });
  assertNotMatch(stdout, / is set, and is no setting/);
});

Deno.test("a proxy that is not there is told in place of what is behind it", async () => {
  const proxy = `127.0.0.1:${freePort()}`;
  const { code, stdout } = await runProgram(
    ["doctor", "--registry=quay.invalid"],
    {
      ...ALL,
      env: { ENDPOINT: "wss://quay.invalid", HTTPS_PROXY: `http://${proxy}` },
    },
  );
  assertEquals(code, 1);
  assertStringIncludes(stdout, `HTTPS_PROXY: ${proxy} cannot be reached`);
  assertMatch(
    stdout,
    /^✗ WRONG {3}Build Manager: .*the proxy ".*" on the way cannot be reached/m,
  );
  assertNotMatch(stdout, /ok {6}Build Manager/);
  assertStringIncludes(
    stdout,
    `quay.invalid: the proxy ${proxy} on the way cannot be reached`,
  );
});
