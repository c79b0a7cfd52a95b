import { assertEquals, assertStringIncludes } from "@std/assert";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { onBegun } from "../support/on_begun.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

/** A build that runs on the engine for as long as it is let. */
async function runningBuild(
  stage: Stage,
  seconds: number,
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
  const worker = stack.use(
    new WorkerProcess({ env: { ENDPOINT: manager.url } }),
  );
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
  await using stage = await Stage.set();
  await using build = await runningBuild(stage, 5);
  for (const name of ["SIGTERM", "SIGTERM", "SIGINT"] as const) {
    build.worker.signal(name);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals((await build.worker.exited()).code, 3);
  assertEquals((await build.report).kind, "lost");
});
