import { assertEquals, assertStringIncludes } from "@std/assert";
import { gitPermissions } from "../../lib/config/permissions.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WORKPLACE_PREFIX } from "../../lib/source/git/workplace.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { onBegun } from "../support/on_begun.ts";
import { findProcesses } from "../support/processes.ts";
import {
  findInFiles,
  TemporaryDirectory,
} from "../support/temporary_directory.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";
import { startWorker } from "./_own_engine.ts";
import { Stage } from "./_stage.ts";

/** A build that runs on the engine for as long as it is let. */
async function runningBuild(
  stage: Stage,
  seconds: number,
  start: (manager: EmbeddedManager) => WorkerProcess = ({ url }) =>
    new WorkerProcess({ env: { ENDPOINT: url } }),
): Promise<{
  worker: WorkerProcess;
  report: Promise<BuildReport>;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  await using stack = new AsyncDisposableStack();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const manager = stack.use(
    await EmbeddedManager.listen({ onEvent: onBegun(() => resolve()) }),
  );
  const worker = stack.use(start(manager));
  const report = manager.build(stage.arguments({
    build_package: await stage.package({
      Dockerfile: `FROM ${stage.base}\nRUN echo begun; sleep ${seconds}\n`,
    }),
  }));
  await begun;
  const kept = stack.move();
  return {
    worker,
    report,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

Deno.test("the first signal lets the running build finish", async () => {
  await using stage = await Stage.set();
  await using build = await runningBuild(stage, 2);
  build.worker.signal("SIGTERM");
  assertEquals((await build.report).kind, "success");
  assertEquals((await build.worker.exited()).code, 0);
});

Deno.test("the second signal cancels the running build, which is reported and cleaned up", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  await using build = await runningBuild(stage, 120);
  build.worker.signal("SIGINT");
  build.worker.signal("SIGTERM");
  const report = await build.report;
  assertEquals(report.kind, "failure");
  if (report.kind === "failure") {
    assertEquals(report.uri, "io.quay.builder.internalerror");
    assertStringIncludes(report.baseError, "was stopped");
  }
  assertEquals((await build.worker.exited()).code, 3);
  assertEquals(await stage.traces(), before);
});

Deno.test("the third signal ends the worker at once", async () => {
  // It leaves something behind there.
  await using daemon = await EngineDaemon.start();
  await using stage = await Stage.set(daemon.host);
  await using build = await runningBuild(
    stage,
    5,
    (manager) => startWorker(daemon, manager),
  );
  // A signal that comes before the last one is taken notice of, is lost.
  build.worker.signal("SIGTERM");
  await build.worker.said("Asked to stop");
  build.worker.signal("SIGTERM");
  await build.worker.said("Asked again");
  build.worker.signal("SIGINT");
  assertEquals((await build.worker.exited()).code, 3);
  assertEquals((await build.report).kind, "lost");
});

Deno.test("the third signal leaves no key, even while git cannot be ended", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  // It takes connections, and says nothing.
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, TMPDIR: path },
    permissions: gitPermissions({ socket: SOCKET, temporaryDirectory: path }),
  });
  const key = "a-private-key-of-a-build";
  const report = manager.build(stage.arguments({
    git: {
      url: `ssh://git@127.0.0.1:${silent.addr.port}/a.git`,
      sha: "main",
      private_key: key,
    },
  }));
  const workplace = `${path}/${WORKPLACE_PREFIX}`;
  const processes = await eventually(async () => {
    const found = await findProcesses(workplace);
    const isAsking = found.some(({ command }) => command.startsWith("ssh "));
    return isAsking ? found : undefined;
  }, { what: "ssh" });
  assertEquals((await findInFiles(path, key)).length, 1);
  const signalGit = (name: Deno.Signal) => {
    for (const { pid } of processes) Deno.kill(pid, name);
  };
  signalGit("SIGSTOP");
  using stack = new DisposableStack();
  stack.defer(() => signalGit("SIGCONT"));
  for (const name of ["SIGTERM", "SIGTERM", "SIGINT"] as const) {
    worker.signal(name);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals((await worker.exited()).code, 3);
  assertEquals((await report).kind, "lost");
  assertEquals(await findInFiles(path, key), []);

  stack.dispose();
  await eventually(
    async () => (await findProcesses(workplace)).length === 0 || undefined,
    { what: "the end of git" },
  );
});
