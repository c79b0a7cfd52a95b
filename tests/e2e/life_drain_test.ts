import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { onBegun } from "../support/on_begun.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { assertLeavesAtOnce } from "./_leaving.ts";
import { Stage } from "./_stage.ts";

Deno.test("a build that takes longer than DRAIN_TIMEOUT is cancelled, reported and cleaned up", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  let begun = false;
  await using manager = await EmbeddedManager.listen({
    onEvent: onBegun(() => begun = true),
  });
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, DRAIN_TIMEOUT: "1s" },
  });
  const report = manager.build(stage.arguments({
    build_package: await stage.package({
      Dockerfile: `FROM ${stage.base}\nRUN echo begun; sleep 120\n`,
    }),
  }));
  await eventually(() => begun || undefined, { what: "the build" });
  worker.signal("SIGTERM");
  const ended = await report;
  assert(ended.kind === "failure");
  assertEquals(ended.uri, "io.quay.builder.internalerror");
  assertStringIncludes(ended.baseError, "was stopped");
  const { code, log } = await worker.exited();
  assertEquals(code, 3);
  assertStringIncludes(log, "DRAIN_TIMEOUT is over");
  assertEquals(await stage.traces(), before);
});

Deno.test("a build within DRAIN_TIMEOUT ends as ever, and an idle worker leaves at once", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen({
    onEvent: (event) => {
      const hasBegun = event.kind === "phase" &&
        event.record.phase === "unpacking";
      if (hasBegun) worker.signal("SIGTERM");
    },
  });
  const env = { ENDPOINT: manager.url, DRAIN_TIMEOUT: "1h" };
  await using worker = new WorkerProcess({ env });
  const report = await manager.build(stage.arguments({
    build_package: await stage.package({
      Dockerfile: `FROM ${stage.base}\nRUN sleep 1\n`,
    }),
  }));
  assertEquals(report.kind, "success");
  assertEquals((await worker.exited()).code, 0);

  await assertLeavesAtOnce({
    start: () => new WorkerProcess({ env }),
    reach: () => manager.waitForWorker(),
    signal: "SIGINT",
  });
});

Deno.test("a worker that waits for its manager leaves within a second when asked to", async () => {
  const gone = await EmbeddedManager.listen();
  await gone[Symbol.asyncDispose]();
  await assertLeavesAtOnce({
    start: () => new WorkerProcess({ env: { ENDPOINT: gone.url } }),
    reach: (worker) => worker.said("Connecting again"),
  });
});
