import { assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { NEVER } from "../../lib/manager/embedded/answers.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WorkerView } from "../../lib/telemetry/worker_view.ts";
import { HostWatch } from "../../lib/worker/host_watch.ts";
import type { HostWatchTimes } from "../../lib/worker/host_watch_times.ts";
import { Backoff } from "../../lib/worker/backoff.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { fakeTime } from "../support/fake_time.ts";
import { silentLogger } from "../support/silent_logger.ts";
import { HOSTED, KWARGS, TestWorker } from "./_test_worker.ts";

const CONNECT_ERROR = "io.quay.builder.dockerconnecterror";

/** Waits almost nothing, and counts how often it begins anew. */
class CountingBackoff extends Backoff {
  resets = 0;

  constructor() {
    super({ firstWait: 1, longestWait: 1, waits: Infinity, jitter: 0 });
  }

  override reset(): void {
    this.resets++;
    super.reset();
  }
}

/** Waits until the manager has none of these workers. */
function gone(manager: EmbeddedManager, ...realms: string[]): Promise<unknown> {
  return eventually(
    () =>
      !manager.workers.some(({ realm }) => realms.includes(realm)) || undefined,
    { what: "the worker to be gone" },
  );
}

Deno.test("an idle worker that is asked to leaves at once", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url);
  await manager.waitForWorker();
  worker.drain.abort();
  assertEquals(await worker.ended, { kind: "done" });
  assertEquals(manager.violations, []);
});

Deno.test("a worker that waits for its manager can be asked to leave, too", async () => {
  const gone = await EmbeddedManager.listen();
  await gone[Symbol.asyncDispose]();
  const worker = new TestWorker(gone.url);
  await worker.waits(1);
  worker.drain.abort();
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("a running build is finished and reported first", async () => {
  await using manager = await EmbeddedManager.listen();
  const begun = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const build = () => {
    begun.resolve();
    return done.promise;
  };
  const worker = new TestWorker(manager.url, { build });
  const report = manager.build(KWARGS);
  await begun.promise;
  worker.drain.abort();
  await delay(20);
  done.resolve();
  assertEquals((await report).kind, "success");
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("an enterprise worker registers anew after each way to lose its session", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url);
  const first = await manager.waitForWorker();

  manager.dropWorker(first.realm);
  await gone(manager, first.realm);
  const second = (await manager.build(KWARGS)).realm;
  assertEquals(second === first.realm, false);

  await manager.stop();
  await worker.waits(2);
  await manager.start();
  const third = await manager.build(KWARGS);
  assertEquals(third.kind, "success");
  assertEquals(third.realm === second, false);

  worker.drain.abort();
  await worker.ended;
});

Deno.test("a session that lasted a minute makes the waits begin anew, a shorter one does not", async () => {
  using clock = fakeTime(["performance"]);
  await using manager = await EmbeddedManager.listen();
  const backoff = new CountingBackoff();
  const worker = new TestWorker(manager.url, { backoff });
  for (const [lasts, expected] of [[59_999, 0], [60_000, 1]] as const) {
    await manager.build(KWARGS);
    // A second one comes after the answer to "ready".
    const { realm } = await manager.build(KWARGS);
    clock.tick(lasts);
    manager.dropWorker(realm);
    await gone(manager, realm);
    await manager.waitForWorker();
    assertEquals(backoff.resets, expected);
  }
  worker.drain.abort();
  await worker.ended;
});

Deno.test("a session that its manager never agreed to does not make the waits begin anew", async () => {
  using clock = fakeTime(["performance"]);
  await using manager = await EmbeddedManager.listen({
    answers: { ready: () => NEVER },
  });
  const backoff = new CountingBackoff();
  const worker = new TestWorker(manager.url, { backoff });
  const { realm } = await manager.waitForWorker();
  clock.tick(60_000);
  manager.dropWorker(realm);
  await worker.waits(1);
  assertEquals(backoff.resets, 0);
  worker.drain.abort();
  await worker.ended;
});

Deno.test("the clean-up after a session does not count as a part of it", async () => {
  using clock = fakeTime(["performance"]);
  await using manager = await EmbeddedManager.listen();
  const backoff = new CountingBackoff();
  let builds = 0;
  const worker = new TestWorker(manager.url, {
    backoff,
    build(signal) {
      if (++builds === 1) return Promise.resolve();
      for (const { realm } of manager.workers) manager.dropWorker(realm);
      return new Promise((_, reject) =>
        signal.addEventListener("abort", async () => {
          await delay(0);
          clock.tick(60_000);
          reject(signal.reason);
        })
      );
    },
  });
  await manager.build(KWARGS);
  await manager.build(KWARGS);
  await worker.waits(1);
  assertEquals(backoff.resets, 0);
  worker.drain.abort();
  await worker.ended;
});

Deno.test("a rejected enterprise worker registers anew", async () => {
  let asked = 0;
  await using manager = await EmbeddedManager.listen({
    answers: { ready: () => ++asked > 2 },
  });
  const worker = new TestWorker(manager.url);
  assertEquals((await manager.build(KWARGS)).kind, "success");
  assertEquals(asked, 3);
  worker.drain.abort();
  await worker.ended;
});

/** How often a worker has said that it takes builds. */
function saysReady({ logger }: TestWorker): number {
  return logger.messages("info").filter((text) => text === "Ready for builds")
    .length;
}

Deno.test("a builder is ready once its manager has agreed to that, not before", async () => {
  const answer = Promise.withResolvers<boolean>();
  await using manager = await EmbeddedManager.listen({
    answers: { ready: () => answer.promise },
  });
  const worker = new TestWorker(manager.url);
  await manager.waitForWorker();
  const before = [...worker.states];
  assertEquals(saysReady(worker), 0);
  answer.resolve(true);
  await worker.is("ready");
  assertEquals(before, ["connecting"]);
  assertEquals(saysReady(worker), 1);
  worker.drain.abort();
  await worker.ended;
});

Deno.test("a builder whose manager has a build for it sooner than an answer is ready after that", async () => {
  await using manager = await EmbeddedManager.listen({
    answers: { ready: () => NEVER },
  });
  const worker = new TestWorker(manager.url);
  assertEquals((await manager.build(KWARGS)).kind, "success");
  await worker.is("ready");
  assertEquals(worker.states, ["connecting", "building", "ready"]);
  assertEquals(saysReady(worker), 1);
  worker.drain.abort();
  await worker.ended;
});

Deno.test("a builder that its manager does not want was never registered", async () => {
  await using manager = await EmbeddedManager.listen({
    answers: { ready: () => false },
  });
  const worker = new TestWorker(manager.url);
  await worker.waits(3);
  worker.drain.abort();
  await worker.ended;
  assertEquals(saysReady(worker), 0);
  assertEquals(worker.states, ["connecting", "draining", "stopped"]);
  const view = new WorkerView();
  for (const state of worker.states) view.onBuilder(1, state);
  assertEquals(view.reconnects, 0);
});

Deno.test("a hosted worker leaves after its build", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
  const worker = new TestWorker(manager.url, { mode: HOSTED });
  assertEquals((await manager.build(KWARGS)).kind, "success");
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("a hosted worker gives a manager up that is not there", async () => {
  const gone = await EmbeddedManager.listen();
  await gone[Symbol.asyncDispose]();
  const worker = new TestWorker(gone.url, { mode: HOSTED });
  const end = await worker.ended;
  assertEquals(
    worker.logger.messages("warning").at(-1),
    "Giving up after 5 attempts",
  );
  assertEquals(end.kind, "refused");
  if (end.kind === "refused") assertStringIncludes(end.reason, gone.url);
});

Deno.test("a hosted worker whose session is lost amid the build has nothing to return to", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
  const worker = new TestWorker(manager.url, {
    mode: HOSTED,
    build: (signal) => {
      manager.dropWorker("builder-realm");
      // What the build gives earlier may be sent before anybody knows.
      return new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve())
      );
    },
  });
  await manager.build(KWARGS);
  assertEquals((await worker.ended).kind, "refused");
});

Deno.test("a builder whose session is lost amid its build is not ready meanwhile", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url, {
    build: (signal) => {
      for (const { realm } of manager.workers) manager.dropWorker(realm);
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      );
    },
  });
  await worker.is("ready");
  await manager.build(KWARGS);
  await worker.waits(1);
  const states = worker.states.slice(0, 4);
  worker.drain.abort();
  await worker.ended;
  assertEquals(states, ["connecting", "ready", "building", "connecting"]);
});

Deno.test("a hosted builder is not ready after its build", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
  const worker = new TestWorker(manager.url, { mode: HOSTED });
  await worker.is("ready");
  await manager.build(KWARGS);
  await worker.ended;
  assertEquals(worker.states, ["connecting", "ready", "building", "stopped"]);
});

/**
 * An engine, and a watch of it whose looks follow each other fast, but which
 * gives a slow engine time unless a test is about that.
 */
async function watchedEngine(
  patience: Pick<HostWatchTimes, "pingLimit" | "patience"> = {
    pingLimit: 5_000,
    patience: 10_000,
  },
): Promise<{ daemon: EngineDaemon; host: HostWatch } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const daemon = stack.use(await EngineDaemon.start());
  const engine = stack.use(daemon.connect());
  const times = { interval: 50, retry: 50, ...patience };
  const host = stack.use(
    new HostWatch({ engine, disk: { floor: 0 }, logger: silentLogger, times }),
  );
  const kept = stack.move();
  return { daemon, host, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

Deno.test("a builder tells what it does", async () => {
  await using engine = await watchedEngine();
  const { daemon, host } = engine;
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url, { host });
  const first = await manager.waitForWorker();
  await worker.is("ready");
  await manager.build(KWARGS);
  await daemon.stop();
  await worker.is("waiting_for_engine");
  await daemon.restart();
  assertEquals((await manager.waitForWorker()).realm === first.realm, false);
  await worker.is("ready");
  worker.drain.abort();
  assertEquals(await worker.ended, { kind: "done" });
  const [begin, ...rest] = worker.states;
  assertEquals(begin, "connecting");
  assertEquals(rest, [
    "ready",
    "building",
    "ready",
    "waiting_for_engine",
    "connecting",
    "ready",
    "draining",
    "stopped",
  ]);
});

Deno.test("a hosted worker does not wait for its engine for ever", async () => {
  await using engine = await watchedEngine();
  await engine.daemon.stop();
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
  const worker = new TestWorker(manager.url, {
    mode: HOSTED,
    host: engine.host,
    hostedPatience: 500,
  });
  const end = await worker.ended;
  assertEquals(end.kind, "refused");
  if (end.kind === "refused") {
    assertStringIncludes(end.reason, "has no socket there: start the engine");
  }
});

Deno.test("a build on an engine that hangs for too long is given up", async () => {
  await using engine = await watchedEngine({ pingLimit: 500, patience: 1_000 });
  const { daemon, host } = engine;
  await using manager = await EmbeddedManager.listen();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const worker = new TestWorker(manager.url, {
    host,
    build: (signal) => {
      resolve();
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason))
      );
    },
  });
  const report = manager.build(KWARGS);
  await begun;
  daemon.freeze();
  const { kind, ...ended } = await report;
  assertEquals(kind, "failure");
  assertEquals("uri" in ended && ended.uri, CONNECT_ERROR);
  await gone(manager, ended.realm);
  daemon.thaw();
  await manager.waitForWorker();
  worker.drain.abort();
  await worker.ended;
});
