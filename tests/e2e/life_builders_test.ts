import { assert, assertEquals } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

const BUILDERS = 50;

/** Heartbeats are a second apart, also on a busy machine within a few. */
const LONGEST_GAP = 3_000;

Deno.test("many builders in one process show that they live while some build, and bear one's failure", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  const building = new Set<string>();
  await using manager = await EmbeddedManager.listen({
    onEvent: (event) => {
      if (event.kind !== "log") return;
      const { stream = "" } = event.record.entry;
      if (stream.includes("begun\n")) building.add(event.realm);
    },
  });
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, BUILDERS: String(BUILDERS) },
  });
  const ready = () => manager.workers.filter(({ state }) => state === "ready");
  await eventually(() => ready().length === BUILDERS || undefined, {
    what: "all to be ready",
  });
  await eventually(() => worker.log.includes("builder=50") || undefined, {
    what: "the last builder in the log",
  });

  const build_package = await stage.package({
    Dockerfile: `FROM ${stage.base}\n` +
      "RUN echo begun; seq 20000; sleep 3; seq 20000\n",
  });
  const builds = [1, 2, 3, 4].map(() =>
    manager.build(stage.arguments({ build_package }))
  );
  await eventually(() => building.size === 4 || undefined, {
    what: "four builds",
  });

  const [unlucky] = building;
  const [idle] = ready();
  assert(unlucky !== undefined && idle !== undefined);
  const realms = new Set(manager.workers.map(({ realm }) => realm));
  manager.dropWorker(unlucky);
  manager.dropWorker(idle.realm);
  const reports = await Promise.all(builds);
  for (const { kind, realm } of reports) {
    assertEquals(kind, realm === unlucky ? "lost" : "success");
  }
  await eventually(() => ready().length === BUILDERS || undefined, {
    what: "all to be ready again",
  });
  const anew = manager.workers.filter(({ realm }) => !realms.has(realm));
  assertEquals(anew.length, 2);
  for (const { heartbeats } of manager.workers) {
    assert(heartbeats.longestGap < LONGEST_GAP, `${heartbeats.longestGap} ms`);
  }

  worker.signal("SIGTERM");
  assertEquals((await worker.exited()).code, 0);
  assertEquals(manager.violations, []);
  assertEquals(await stage.traces(), before);
});
