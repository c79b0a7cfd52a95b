import { assertEquals, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

const HOSTED = { realm: "e2e-realm", token: "hosted-token-0123456789" };
const ENV = { REALM: HOSTED.realm, TOKEN: HOSTED.token };

Deno.test("a hosted worker does its one build and leaves", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted(HOSTED);
  await using worker = new WorkerProcess({
    env: { ...ENV, ENDPOINT: manager.url },
  });
  const report = await manager.build(
    stage.arguments({
      build_package: await stage.package({
        "Dockerfile": `FROM ${stage.base}\nRUN echo hosted\n`,
      }),
    }),
    { realm: HOSTED.realm },
  );
  assertEquals(report.kind, "success");
  const { code, log } = await worker.exited();
  assertEquals(code, 0);
  assertEquals(log.includes(HOSTED.token), false);
  assertEquals(manager.violations, []);
});

Deno.test("a hosted worker whose build fails has done its duty, too", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted(HOSTED);
  await using worker = new WorkerProcess({
    env: { ...ENV, ENDPOINT: manager.url },
  });
  const report = await manager.build(stage.arguments({ build_package: "" }));
  assertEquals(report.kind, "failure");
  assertEquals((await worker.exited()).code, 0);
});

Deno.test("a hosted worker with a wrong token says so and exits with 1", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ ...HOSTED, token: "another-token" });
  await using worker = new WorkerProcess({
    env: { ...ENV, ENDPOINT: manager.url },
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 1);
  assertStringIncludes(log, "rejected this worker: the token is wrong");
  assertEquals(log.includes(HOSTED.token), false);
});
