import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { eventually } from "../support/eventually.ts";
import { RegistryGate } from "../support/registry_gate.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { HeldBuilds } from "./_held_builds.ts";
import { output, Stage } from "./_stage.ts";

/** Far below what any of the held builds would last by itself, in milliseconds. */
const SOON = 30_000;

function outcome(report: BuildReport): string {
  return report.kind === "failure"
    ? report.uri.replace("io.quay.builder.", "")
    : report.kind;
}

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
      assertEquals(outcome(report), expected, held.builds[index]?.name);
      assertLess(report.endedAt - began, SOON, held.builds[index]?.name);
    }
    await eventually(
      async () => (await held.leftovers()).length === 0 || undefined,
      { what: "the end of the clean-up" },
    ).catch(async () => assertEquals(await held.leftovers(), []));
    assertEquals(held.manager.violations, []);
  });
}

Deno.test("BUILD_TIMEOUT ends a build in every phase, as that phase's failure", async () => {
  await using held = await HeldBuilds.prepare({ BUILD_TIMEOUT: "20s" });
  const reports = await Promise.all(held.start());
  for (const [index, report] of reports.entries()) {
    const { name, lateUri } = held.builds[index] ?? {};
    assertEquals(outcome(report), lateUri, name);
    if (report.kind !== "failure") continue;
    assertStringIncludes(report.baseError, "longer than 20 s");
    assertStringIncludes(report.baseError, "BUILD_TIMEOUT");
    assertLess(report.endedAt - report.startedAt, 20_000 + SOON, name);
  }
  assertEquals(await held.leftovers(), []);
});

Deno.test("transfers are limited, and tried again where that can help", async (t) => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen({
    answers: { cacheTag: ({ baseImageName }) => caches.get(baseImageName) },
  });
  const caches = new Map<string, string>();
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: manager.url,
      BUILDERS: "3",
      PULL_TIMEOUT: "40s",
      PUSH_TIMEOUT: "40s",
      TRANSFER_IDLE_TIMEOUT: "3s",
    },
  });
  const before = await stage.traces();
  const build = async (base: string, overrides = {}) =>
    await manager.build(stage.arguments({
      build_package: await stage.package({
        Dockerfile: `FROM ${base}\nRUN true\n`,
      }),
      ...overrides,
    }));
  const retries = (report: BuildReport) =>
    output(report).match(/Trying again in \d+ s \(\d left\)\n/g)
      ?.map((line) => line.trim()) ?? [];
  /**
   * A registry in which the first requests to a path go wrong. For a manifest
   * that it does not get with HEAD, the engine asks once more with GET.
   */
  const troubled = async (
    path: string,
    { times, ...trouble }:
      & { times: number }
      & (
        | { kind: "hold" | "cut" }
        | { kind: "status"; status: number; body?: string }
      ),
  ) => {
    const gate = await RegistryGate.start(stage.open.host);
    let left = times;
    gate.rule = ({ path: asked }) =>
      asked.includes(path) && left-- > 0 ? trouble : { kind: "pass" };
    return gate;
  };

  await t.step("a pull that stalls is tried again", async () => {
    await using gate = await troubled("/manifests/", {
      times: 1,
      kind: "hold",
    });
    const report = await build(`${gate.host}/e2e/base`);
    assertEquals(report.kind, "success", JSON.stringify(report));
    assertStringIncludes(output(report), "stalled");
    assertEquals(retries(report), ["Trying again in 1 s (2 left)"]);
  });

  await t.step(
    "a push that stalls is tried again, without a rebuild",
    async () => {
      await using gate = await troubled("/manifests/latest", {
        times: 1,
        kind: "hold",
      });
      const report = await build(stage.base, { registry: gate.host });
      assertEquals(report.kind, "success", JSON.stringify(report));
      assertEquals(retries(report), ["Trying again in 1 s (2 left)"]);
      assertEquals(output(report).split("Step 1/2").length, 2);
    },
  );

  await t.step("a pull is tried again after 503", async () => {
    await using gate = await troubled("/manifests/", {
      times: 4,
      kind: "status",
      status: 503,
    });
    const report = await build(`${gate.host}/e2e/base`);
    assertEquals(report.kind, "success", JSON.stringify(report));
    assertEquals(retries(report), [
      "Trying again in 1 s (2 left)",
      "Trying again in 2 s (1 left)",
    ]);
  });

  await t.step("a pull is tried again whose connection is cut", async () => {
    await using gate = await RegistryGate.start(stage.open.host);
    const report = build(`${gate.host}/e2e/base`);
    gate.rule = () => ({ kind: "cut" });
    await eventually(() => gate.requests.length > 0 || undefined, {
      what: "the first try",
    });
    gate.open();
    assertEquals((await report).kind, "success", JSON.stringify(await report));
    assertEquals(retries(await report).length > 0, true);
  });

  await t.step(
    "a layer whose connection is cut comes after all",
    async () => {
      await using gate = await troubled("/blobs/", { times: 2, kind: "cut" });
      const report = await build(`${gate.host}/e2e/base`);
      assertEquals(report.kind, "success", JSON.stringify(report));
    },
  );

  await t.step(
    "a registry that wants fewer requests is left alone longer",
    async () => {
      await using pulls = await troubled("/manifests/", {
        times: 2,
        kind: "status",
        status: 429,
      });
      await using pushes = await troubled("/uploads/", {
        times: 1,
        kind: "status",
        status: 429,
        body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}',
      });
      const reports = await Promise.all([
        build(`${pulls.host}/e2e/base`),
        build(stage.base, { registry: pushes.host }),
      ]);
      for (const report of reports) {
        assertEquals(report.kind, "success", JSON.stringify(report));
        assertEquals(retries(report), ["Trying again in 15 s (2 left)"]);
      }
    },
  );

  await t.step("what the registry refuses is not tried again", async () => {
    for (const status of [401, 403, 404]) {
      await using gate = await RegistryGate.start(stage.open.host);
      gate.rule = ({ path }) =>
        path.includes("/manifests/") || path.includes("/uploads/")
          ? { kind: "status", status }
          : { kind: "pass" };
      const reports = await Promise.all([
        build(`${gate.host}/e2e/base`),
        build(stage.base, { registry: gate.host }),
      ]);
      assertEquals(
        reports.map(outcome),
        ["cannotpullbaseimage", "pushissue"],
        JSON.stringify(reports),
      );
      assertEquals(reports.flatMap(retries), []);
    }
  });

  await t.step(
    "a cache that cannot be had in time is done without",
    async () => {
      await using gate = await RegistryGate.start(stage.open.host);
      gate.rule = ({ path }) => ({
        kind: path.endsWith("/manifests/stuck") ? "hold" : "pass",
      });
      caches.set(stage.base, "stuck");
      const report = await build(stage.base, { registry: gate.host });
      caches.clear();
      assertEquals(report.kind, "success", JSON.stringify(report));
      assertEquals(retries(report).length, 2);
    },
  );

  assertEquals(await stage.traces(), before);
  assertEquals(worker.log.includes("Cannot clean up"), false, worker.log);
});

Deno.test("PULL_TIMEOUT and PUSH_TIMEOUT end one image's transfer, tries and all", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await using _worker = new WorkerProcess({
    env: {
      ENDPOINT: manager.url,
      BUILDERS: "2",
      PULL_TIMEOUT: "5s",
      PUSH_TIMEOUT: "6s",
    },
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
    assertEquals(outcome(report), uri, report.baseError);
    assertStringIncludes(report.baseError, limit);
    assertStringIncludes(report.baseError, setting);
  }
  assertEquals(await stage.traces(), before);
});
