import { assertEquals } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { eventually } from "../support/eventually.ts";
import { onBegun } from "../support/on_begun.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

/** A manager that tells when a build's output says that it has begun. */
function listen(act: (realm: string) => void): Promise<EmbeddedManager> {
  return EmbeddedManager.listen({ onEvent: onBegun(act) });
}

/** The arguments of a build that only ends when it is aborted. */
async function longBuild(stage: Stage): Promise<Record<string, unknown>> {
  const Dockerfile = `FROM ${stage.base}\nRUN date +%N > /now\n` +
    "RUN echo begun; sleep 60\n";
  return stage.arguments({
    build_package: await stage.package({ Dockerfile }),
  });
}

Deno.test("a hosted worker that loses its session cleans up before it leaves", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  await using manager = await listen((realm) => manager.dropWorker(realm));
  const hosted = { realm: "e2e-realm", token: "hosted-token-0123456789" };
  await manager.expectHosted(hosted);
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, REALM: hosted.realm, TOKEN: hosted.token },
  });
  const report = await manager.build(await longBuild(stage));
  assertEquals(report.kind, "lost");
  assertEquals((await worker.exited()).code, 1);
  assertEquals(await stage.traces(), before);
});

Deno.test("an enterprise worker is ready again once the lost build is cleaned up", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  await using manager = await listen((realm) => manager.dropWorker(realm));
  await using _worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const lost = await manager.build(await longBuild(stage));
  assertEquals(lost.kind, "lost");
  await eventually(
    () =>
      manager.workers.find(({ realm, state }) =>
        realm !== lost.realm && state === "ready"
      ),
    { what: "the worker to be ready again" },
  );
  assertEquals(await stage.traces(), before);
});

Deno.test("a build that the manager interrupts is aborted and cleaned up", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  const interrupt = new AbortController();
  await using manager = await listen(() => interrupt.abort());
  await using _worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const report = await manager.build(await longBuild(stage), {
    signal: interrupt.signal,
  });
  assertEquals(report.kind, "failure");
  if (report.kind === "failure") {
    assertEquals(report.uri, "io.quay.builder.clientrejectedtransition");
  }
  assertEquals(await stage.traces(), before);
  assertEquals(manager.violations, []);
});
