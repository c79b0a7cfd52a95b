import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  doctorPermissions,
  gitPermissions,
  localBuildPermissions,
} from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Stage } from "../e2e/_stage.ts";
import { freePort } from "../support/free_port.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { OtlpCollector } from "../support/otlp_collector.ts";
import { checkMetrics } from "../support/prometheus.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { SOCKET } from "../support/worker_process.ts";
import { makeBundle } from "./_bundle.ts";
import { Program } from "./_program.ts";
import { Relay } from "./_relay.ts";

const PATH = Deno.env.get("PATH") ?? "";

Deno.test("a bundle is the whole worker", async (t) => {
  await using directory = await TemporaryDirectory.create();
  const launcher = `${await makeBundle(directory.path)}/quay-builder`;

  await t.step("its launcher gives each command its permissions", async () => {
    const text = await Deno.readTextFile(launcher);
    const given = [...text.matchAll(/^ {2}(\S+)\) permissions="(.*)"/gm)].map(
      ([, command, flags]) => [command, flags?.split(" ")],
    );
    assertEquals(given, [
      ["build", localBuildPermissions()],
      ["doctor", doctorPermissions()],
      ["*", gitPermissions()],
    ]);
    assertStringIncludes(text, `${RUNTIME_FLAGS.join(" ")} $permissions`);
    assertStringIncludes(text, "commit c0ffee\n");
  });

  await t.step("it lists what it consists of", async () => {
    const path = `${directory.path}/bundle/sbom.cdx.json`;
    const { bomFormat } = JSON.parse(await Deno.readTextFile(path));
    assertEquals(bomFormat, "CycloneDX");
  });

  await t.step("through a link, it says what is missing", async () => {
    const link = `${directory.path}/quay-builder`;
    await Deno.symlink(launcher, link);
    await using program = new Program(link, { env: { PATH } });
    const { code, log } = await program.exited();
    assertEquals(code, 2);
    assertStringIncludes(log, "ENDPOINT");
  });

  await t.step("it builds packages and commits, and drains", async () => {
    await using stage = await Stage.set();
    const before = await stage.traces();
    // The bundle may use the engine's usual socket only, which may not be that
    // of the tests; the network is open to it.
    await using relay = new Relay({ target: { kind: "unix", path: SOCKET } });
    await using manager = await EmbeddedManager.listen();
    await using collector = new OtlpCollector();
    const listen = `127.0.0.1:${freePort()}`;
    await using program = new Program(launcher, {
      env: {
        PATH,
        ENDPOINT: manager.url,
        DOCKER_HOST: `tcp://127.0.0.1:${relay.port}`,
        LISTEN: listen,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      },
    });
    const dockerfile = `FROM ${stage.base}\nCOPY . /src/\nRUN ls -A /src\n`;
    const fromPackage = await manager.build(stage.arguments({
      build_package: await stage.package({ "Dockerfile": dockerfile }),
    }));
    assertEquals(fromPackage.kind, "success", JSON.stringify(fromPackage));

    const repository = await GitRepository.create(`${directory.path}/project`);
    const sha = await repository.commit({ "Dockerfile": dockerfile });
    await using server = new GitHttpServer({ root: directory.path });
    const fromGit = await manager.build(stage.arguments({
      git: { url: server.url("project/.git"), sha },
    }));
    assertEquals(fromGit.kind, "success", JSON.stringify(fromGit));

    const metrics = await (await fetch(`http://${listen}/metrics`)).text();
    assertStringIncludes(metrics, 'builds_total{result="success"} 2\n');
    assertEquals(await checkMetrics(metrics), "");

    program.signal("SIGTERM");
    assertEquals((await program.exited()).code, 0);
    for (const source of ["package", "git"]) {
      await collector.trace(({ attributes }) =>
        attributes["build.source"] === source
      );
    }
    assertEquals(collector.received.includes("s1gned-packag3-url"), false);
    assertEquals(await stage.traces(), before);
    assertEquals(manager.violations, []);
  });
});

Deno.test("what cannot be made leaves nothing behind", async () => {
  await using directory = await TemporaryDirectory.create();
  const commands = [["bundle.sh", `${directory.path}/bundle`], ["compile.sh"]];
  for (const [script, ...args] of commands) {
    const { code, stderr } = await new Deno.Command(
      fileURLToPath(new URL(`../../deploy/build/${script}`, import.meta.url)),
      {
        args,
        env: {
          DENO: Deno.execPath(),
          COMMIT: "no-commit",
          TMPDIR: directory.path,
        },
      },
    ).output();
    assertEquals(code, 2, script);
    assertStringIncludes(new TextDecoder().decode(stderr), '"no-commit"');
    const left = await Array.fromAsync(Deno.readDir(directory.path));
    assertEquals(left, [], script);
  }
});
