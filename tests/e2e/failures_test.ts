import { assertEquals } from "@std/assert";
import type { Answers } from "../../lib/manager/embedded/answers.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { assertFailed, failingBuilds } from "./_failing_builds.ts";
import { Stage, TOKEN } from "./_stage.ts";

Deno.test("every failure has its URI, and a text that helps", async (t) => {
  await using stage = await Stage.set();
  let answers: Answers = {};
  await using manager = await EmbeddedManager.listen({
    answers: {
      phase: (call) => answers.phase?.(call),
      log: (call) => answers.log?.(call),
      cacheTag: (call) => answers.cacheTag?.(call),
    },
  });
  await using worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const before = await stage.traces();

  for (const build of await failingBuilds(stage)) {
    await t.step(build.name, async () => {
      answers = build.answers ?? {};
      const report = await manager.build(stage.arguments(build.kwargs));
      assertFailed(report, build);
      assertEquals(await stage.traces(), before);
    });
  }

  await t.step(
    "no secret was in anything, and the worker still works",
    async () => {
      answers = {};
      const report = await manager.build(
        stage.arguments({
          build_package: await stage.package({
            Dockerfile: `FROM ${stage.base}\nRUN echo ${TOKEN}\n`,
          }),
        }),
      );
      assertEquals(report.kind, "success");
      assertEquals(JSON.stringify(report).includes(TOKEN), false);
      for (const secret of [TOKEN, "wrong-password", "s1gned-packag3-url"]) {
        assertEquals(worker.log.includes(secret), false);
      }
      assertEquals(manager.violations, []);
    },
  );
});
