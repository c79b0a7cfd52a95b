import { assert, assertEquals, assertRejects } from "@std/assert";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import {
  CallTimeout,
  SessionLost,
  WampError,
} from "../../../lib/wamp/errors.ts";
import type { InvocationHandler } from "../../../lib/wamp/registration.ts";
import { TestWorker } from "./_worker.ts";

/** A build that goes on until its worker's session ends. */
function endless(): { started: Promise<void>; onBuild: InvocationHandler } {
  const started = Promise.withResolvers<void>();
  return {
    started: started.promise,
    onBuild({ signal }) {
      const { promise, reject } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => reject(signal.reason));
      started.resolve();
      return promise;
    },
  };
}

Deno.test("a dropped worker loses its build and its realm", async () => {
  await using manager = await EmbeddedManager.listen();
  const { started, onBuild } = endless();
  await using worker = await TestWorker.start(manager.url, {
    onBuild: (_worker, call) => onBuild(call),
  });
  const [seen] = manager.workers;
  const build = manager.build({});
  await started;
  manager.dropWorker(worker.realm);
  const report = await build;
  assert(report.kind === "lost");
  assertEquals(report.reason, "the worker went away");
  assertEquals((await worker.session.closed).kind, "disconnected");
  assertEquals(seen?.state, "gone");
  assertEquals(manager.workers, []);
});

Deno.test("a hosted worker that was dropped may come again", async () => {
  await using manager = await EmbeddedManager.listen();
  const hosted = { realm: "hosted", token: "t" };
  await manager.expectHosted(hosted);
  await using first = await TestWorker.start(manager.url, hosted);
  manager.dropWorker(hosted.realm);
  await first.session.closed;
  await manager.waitForWorker({ state: "expected" });
  await using second = await TestWorker.join(manager.url, hosted);
  assertEquals(await second.ready(), true);
});

Deno.test("a stalled worker gets no answers and stays connected", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.start(manager.url);
  manager.stallWorker(worker.realm);
  const ping = worker.session.call("io.quay.buildworker.ping", { timeout: 30 });
  await assertRejects(() => ping, CallTimeout);
  assert(worker.session.isOpen);
});

Deno.test("a worker without heartbeats is given up, its realm is closed", async () => {
  await using manager = await EmbeddedManager.listen({ heartbeatTimeout: 60 });
  const { started, onBuild } = endless();
  await using worker = await TestWorker.start(manager.url, {
    onBuild: (_worker, call) => onBuild(call),
  });
  const build = manager.build({});
  await started;
  const report = await build;
  assert(report.kind === "lost");
  assertEquals(report.reason, "no heartbeat came in time");
  const error = await assertRejects(
    () => worker.call("io.quay.buildworker.ping"),
    WampError,
  );
  assertEquals(error.uri, "wamp.error.no_such_procedure");
});

Deno.test("heartbeats keep a worker", async () => {
  await using manager = await EmbeddedManager.listen({ heartbeatTimeout: 700 });
  await using worker = await TestWorker.start(manager.url);
  const timer = setInterval(() => worker.heartbeat(), 20);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  clearInterval(timer);
  assertEquals(manager.workers[0]?.state, "ready");
});

Deno.test("a manager that stops loses everyone, and starts on the same port", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "hosted", token: "t" });
  const { url } = manager;
  const { started, onBuild } = endless();
  await using worker = await TestWorker.start(url, {
    onBuild: (_worker, call) => onBuild(call),
  });
  const running = manager.build({}, { realm: worker.realm });
  await started;
  await manager.stop();
  const report = await running;
  assert(report.kind === "lost");
  assertEquals(report.reason, "the manager stopped");
  await assertRejects(
    () => worker.call("io.quay.buildworker.ping"),
    SessionLost,
  );
  await assertRejects(() => TestWorker.start(url));

  const waiting = manager.build({});
  await manager.start();
  assertEquals(manager.url, url);
  assertEquals(manager.workers.map(({ realm }) => realm), ["hosted"]);
  await using _next = await TestWorker.start(url);
  assertEquals((await waiting).kind, "success");
});

Deno.test("a manager cannot listen where another one does", async () => {
  await using manager = await EmbeddedManager.listen();
  const port = Number(new URL(manager.url).port);
  await assertRejects(() => EmbeddedManager.listen({ port }), Error, "address");
});
