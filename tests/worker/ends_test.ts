import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { BuildFailure } from "../../lib/build/failure.ts";
import { NEVER } from "../../lib/manager/embedded/answers.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { resultOf } from "../e2e/_result.ts";
import { fakeTime } from "../support/fake_time.ts";
import { fitHost } from "../support/fit_host.ts";
import { HOSTED, KWARGS, TestWorker } from "./_test_worker.ts";

const STOPPED = new BuildFailure("internal_error", "The worker was stopped");

/** A worker that is asked to leave amid a build, which runs until it is aborted. */
async function drainEndlessBuild(manager: EmbeddedManager) {
  const begun = Promise.withResolvers<void>();
  const worker = new TestWorker(manager.url, {
    build(signal) {
      begun.resolve();
      return new Promise<void>((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      );
    },
  });
  const report = manager.build(KWARGS);
  await begun.promise;
  worker.drain.abort();
  return { worker, report };
}

Deno.test("a worker that loses the session of its last build has not done it", async () => {
  await using manager = await EmbeddedManager.listen();
  const { worker, report } = await drainEndlessBuild(manager);
  for (const { realm } of manager.workers) manager.dropWorker(realm);
  assertEquals((await report).kind, "lost");
  assertEquals((await worker.ended).kind, "refused");
});

Deno.test("a session that is lost without a build ends a worker that leaves in order", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url);
  await manager.waitForWorker();
  worker.drain.abort();
  for (const { realm } of manager.workers) manager.dropWorker(realm);
  assertEquals(await worker.ended, { kind: "done" });
});

for (const kind of ["hosted", "enterprise"] as const) {
  Deno.test(`a result that a silent manager may not have is not done (${kind})`, async () => {
    await using manager = await EmbeddedManager.listen();
    await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
    const stalled = Promise.withResolvers<void>();
    using clock = fakeTime(["setTimeout", "clearTimeout"]);
    const worker = new TestWorker(manager.url, {
      ...(kind === "hosted" && { mode: HOSTED }),
      build() {
        for (const { realm } of manager.workers) manager.stallWorker(realm);
        if (kind === "enterprise") worker.drain.abort();
        stalled.resolve();
        return Promise.resolve();
      },
    });
    void manager.build(KWARGS);
    await stalled.promise;
    await clock.tickAsync(20_000);
    const end = await worker.ended;
    assert(end.kind === "refused", JSON.stringify(end));
    assertStringIncludes(end.reason, "may not have arrived");
    assertStringIncludes(
      worker.logger.messages("warning").join("\n"),
      end.reason,
    );
  });
}

Deno.test("a worker that cancels its build says so", async () => {
  await using manager = await EmbeddedManager.listen();
  const { worker, report } = await drainEndlessBuild(manager);
  worker.cancel.abort(STOPPED);
  assertEquals((await report).kind, "failure");
  assertEquals(await worker.ended, { kind: "cancelled" });
});

Deno.test("a build that is done before it is cancelled is done", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url, {
    build: async () => {
      worker.drain.abort();
      worker.cancel.abort(STOPPED);
      await delay(0);
    },
  });
  assertEquals((await manager.build(KWARGS)).kind, "success");
  assertEquals(await worker.ended, { kind: "done" });
});

const REFUSALS = [
  ["engine_away", "docker_connect_error", "Cannot build: it is away"],
  [
    "disk_full",
    "internal_error",
    "Cannot build: the disk of the build worker is full",
  ],
] as const;
for (const [kind, failure, baseError] of REFUSALS) {
  Deno.test(`a build that cannot begin is logged and counted (${kind})`, async () => {
    await using manager = await EmbeddedManager.listen();
    let builds = 0;
    const worker = new TestWorker(manager.url, {
      build: () => Promise.resolve(void builds++),
      host: {
        ...fitHost,
        look: () => Promise.resolve({ kind, reason: "it is away" }),
      },
    });
    const report = await manager.build(KWARGS);
    worker.drain.abort();
    await worker.ended;
    assert(report.kind === "failure", JSON.stringify(report));
    assertEquals(report.baseError, baseError);
    assertEquals(builds, 0);
    assertEquals(worker.refused, [failure]);
    const [line] = worker.logger.lines
      .filter(({ message }) => message === "Build refused");
    assert(line !== undefined, worker.logger.messages().join("\n"));
    assertEquals(line.level, "warning");
    assertEquals(line.fields["realm"], report.realm);
    assertStringIncludes(String(line.fields["error"]), baseError);
  });
}

Deno.test("a build can be cancelled while the host is still looked at", async () => {
  await using manager = await EmbeddedManager.listen();
  const looked = Promise.withResolvers<void>();
  const worker = new TestWorker(manager.url, {
    host: {
      ...fitHost,
      look() {
        looked.resolve();
        return new Promise(() => {});
      },
    },
  });
  const interrupt = new AbortController();
  const report = manager.build(KWARGS, { signal: interrupt.signal });
  await looked.promise;
  interrupt.abort();
  assertEquals(resultOf(await report), "clientrejectedtransition");
  worker.drain.abort();
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("a build is cancelled as such while its manager is silent", async () => {
  const asked = Promise.withResolvers<void>();
  await using manager = await EmbeddedManager.listen({
    answers: {
      phase() {
        asked.resolve();
        return NEVER;
      },
    },
  });
  const worker = new TestWorker(manager.url, {
    build: async (signal, reporter) => {
      await reporter.enterPhase("unpacking", {}, signal);
    },
  });
  const interrupt = new AbortController();
  const report = manager.build(KWARGS, { signal: interrupt.signal });
  await asked.promise;
  interrupt.abort();
  assertEquals(resultOf(await report), "clientrejectedtransition");
  worker.drain.abort();
  await worker.ended;
});
