import { assertEquals, assertStringIncludes } from "@std/assert";
import { gitPermissions } from "../../lib/config/permissions.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";

Deno.test("a worker without configuration says what it needs and exits with 2", async () => {
  await using worker = new WorkerProcess({ env: {} });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, "ENDPOINT: the Build Manager's address is missing");
  assertStringIncludes(log, "for example ENDPOINT=ws://");
});

Deno.test("every mistake is named in one message", async () => {
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: "localhost:8787",
      REALM: "realm",
      LOG_LEVEL: "chatty",
      DOCKER_HOST: "npipe:////./pipe/docker",
    },
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  for (const name of ["ENDPOINT", "TOKEN", "LOG_LEVEL", "DOCKER_HOST"]) {
    assertStringIncludes(log, `  ${name}: `);
  }
});

Deno.test("a message about mistakes says who sees misspelt variables", async () => {
  await using worker = new WorkerProcess({ env: { ENDPIONT: "ws://quay" } });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, "`quay-builder doctor` also finds variables");
});

Deno.test("a flag wins over the environment", async () => {
  await using worker = new WorkerProcess({
    env: { ENDPOINT: "ws://127.0.0.1:9", LOG_LEVEL: "info" },
    args: ["--log-level=chatty", "--docker-host", "npipe://engine"],
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, '  --log-level: cannot use "chatty"');
  assertStringIncludes(log, "  --docker-host: ");
});

Deno.test("a worker that is configured by flags alone serves", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: {},
    args: [`--endpoint=${manager.url}`, "--log-format", "json"],
  });
  await manager.waitForWorker();
  await worker.said('"Ready for builds"');
  worker.signal("SIGTERM");
  const { code, log } = await worker.exited();
  assertEquals(code, 0, log);
});

Deno.test("arguments that the worker does not know are not passed over", async () => {
  await using worker = new WorkerProcess({
    env: { ENDPOINT: "ws://127.0.0.1:9" },
    args: ["--endpiont=ws://quay"],
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, 'There is no option "--endpiont"');
});

Deno.test("a directory for temporary files that cannot be used is told at the start", async (t) => {
  await using directory = await TemporaryDirectory.create();
  const file = `${directory.path}/file`;
  await Deno.writeTextFile(file, "");
  const permissions = gitPermissions({ socket: SOCKET });
  const cases = [
    [
      "/var/tmp",
      `TMPDIR: Deno may not read "/var/tmp", expected /tmp or a directory in it, or a start with --allow-read=/var/tmp`,
    ],
    [file, `TMPDIR: nothing can be written to "${file}": `],
  ] as const;
  for (const [TMPDIR, says] of cases) {
    await t.step(says.replace(directory.path, ""), async () => {
      await using worker = new WorkerProcess({
        env: { ENDPOINT: "ws://127.0.0.1:9", TMPDIR },
        permissions,
      });
      const { code, log } = await worker.exited();
      assertEquals(code, 2, log);
      assertStringIncludes(log, says);
    });
  }

  await t.step("a missing one is made", async () => {
    await using manager = await EmbeddedManager.listen();
    const TMPDIR = `${directory.path}/missing`;
    await using worker = new WorkerProcess({
      env: { ENDPOINT: manager.url, TMPDIR },
      permissions,
    });
    await worker.said("Ready for builds");
    assertEquals(worker.log.includes("Cannot remove"), false, worker.log);
  });
});
