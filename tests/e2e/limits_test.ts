import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { RegistryGate } from "../support/registry_gate.ts";
import { sideBySide } from "../support/side_by_side.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { HeldBuilds } from "./_held_builds.ts";
import { startWorker } from "./_own_engine.ts";
import { resultOf } from "./_result.ts";
import { Stage } from "./_stage.ts";
import { transferSteps } from "./_transfers.ts";

/** A build that is to end does so within this time, in milliseconds. */
const SOON = 5_000;

/** How builds are ended from outside, and what then becomes of each. */
const ENDS: readonly {
  readonly name: string;
  readonly outcome: string;
  end(held: HeldBuilds, interrupt: AbortController): void;
}[] = [
  {
    name: "an INTERRUPT",
    outcome: "clientrejectedtransition",
    end: (_, interrupt) => interrupt.abort(),
  },
  {
    name: "a lost session",
    outcome: "lost",
    end: ({ manager }) => {
      for (const { realm } of manager.workers) manager.dropWorker(realm);
    },
  },
  {
    name: "a second signal",
    outcome: "internalerror",
    end: ({ worker }) => {
      worker.signal("SIGTERM");
      worker.signal("SIGINT");
    },
  },
];

for (const { name, outcome: expected, end } of ENDS) {
  Deno.test(`${name} ends a build in every phase`, async () => {
    await using held = await HeldBuilds.prepare();
    const interrupt = new AbortController();
    const reports = held.start(interrupt.signal);
    await held.held();
    const began = Date.now();
    end(held, interrupt);
    for (const [index, report] of (await Promise.all(reports)).entries()) {
      assertEquals(resultOf(report), expected, held.builds[index]?.name);
      assertLess(report.endedAt - began, SOON, held.builds[index]?.name);
    }
    await eventually(
      async () => (await held.leftovers()).length === 0 || undefined,
      { what: "the end of the clean-up" },
    ).catch(async () => assertEquals(await held.leftovers(), []));
    assertEquals(held.manager.violations, []);
  });
}

/** On an engine of its own, beside the others. */
async function endBuildsInTime(): Promise<void> {
  await using daemon = await EngineDaemon.start();
  // Long enough for all of them to come to where they are held.
  await using held = await HeldBuilds.prepare({
    dockerHost: daemon.host,
    env: { BUILD_TIMEOUT: "40s" },
  });
  const reports = held.start();
  await held.held();
  for (const [index, report] of (await Promise.all(reports)).entries()) {
    const { name, lateUri } = held.builds[index] ?? {};
    assertEquals(resultOf(report), lateUri, name);
    if (report.kind !== "failure") continue;
    assertStringIncludes(report.baseError, "longer than 40 s");
    assertStringIncludes(report.baseError, "BUILD_TIMEOUT");
    assertLess(report.endedAt - report.startedAt, 40_000 + SOON, name);
  }
  assertEquals(await held.leftovers(), []);
}

/** On an engine of its own, beside the others. */
async function endTransfersInTime(): Promise<void> {
  await using daemon = await EngineDaemon.start();
  await using stage = await Stage.set(daemon.host);
  await using manager = await EmbeddedManager.listen();
  await using _worker = startWorker(daemon, manager, {
    BUILDERS: "2",
    PULL_TIMEOUT: "5s",
    PUSH_TIMEOUT: "6s",
  });
  await using gate = await RegistryGate.start(stage.open.host);
  gate.rule = ({ path }) => ({ kind: path === "/v2/" ? "pass" : "hold" });
  const before = await stage.traces();
  const build = async (base: string, registry: string) =>
    await manager.build(stage.arguments({
      build_package: await stage.package({ Dockerfile: `FROM ${base}\n` }),
      registry,
    }));
  const reports = await Promise.all([
    build(`${gate.host}/e2e/base`, stage.open.host),
    build(stage.base, gate.host),
  ]);
  const expected = [
    ["cannotpullbaseimage", "longer than 5 s", "PULL_TIMEOUT"],
    ["pushissue", "longer than 6 s", "PUSH_TIMEOUT"],
  ] as const;
  for (const [index, [uri, limit, setting]] of expected.entries()) {
    const report = reports[index];
    if (report?.kind !== "failure") throw new Error(JSON.stringify(report));
    assertEquals(resultOf(report), uri, report.baseError);
    assertStringIncludes(report.baseError, limit);
    assertStringIncludes(report.baseError, setting);
  }
  assertEquals(await stage.traces(), before);
}

Deno.test("builds and transfers are limited, and tried again where that can help", async (t) => {
  await using stage = await Stage.set();
  const caches = new Map<string, string>();
  await using manager = await EmbeddedManager.listen({
    answers: { cacheTag: ({ baseImageName }) => caches.get(baseImageName) },
  });
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: manager.url,
      BUILDERS: "10",
      PULL_TIMEOUT: "60s",
      PUSH_TIMEOUT: "60s",
      TRANSFER_IDLE_TIMEOUT: "5s",
    },
  });
  const before = await stage.traces();
  await sideBySide(t, {
    "BUILD_TIMEOUT ends a build in every phase, as that phase's failure":
      endBuildsInTime,
    "PULL_TIMEOUT and PUSH_TIMEOUT end one image's transfer, tries and all":
      endTransfersInTime,
    ...transferSteps({
      stage,
      build: async (base, overrides = {}) =>
        await manager.build(stage.arguments({
          build_package: await stage.package({
            Dockerfile: `FROM ${base}\nRUN true\n`,
          }),
          ...overrides,
        })),
      setCache: (base, tag) => void caches.set(base, tag),
    }),
  });
  assertEquals(await stage.traces(), before);
  assertEquals(worker.log.includes("Cannot clean up"), false, worker.log);
});
