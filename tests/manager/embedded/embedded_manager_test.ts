import {
  assert,
  assertEquals,
  assertExists,
  assertMatch,
  assertRejects,
} from "@std/assert";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import type { ManagerEvent } from "../../../lib/manager/embedded/events.ts";
import { SessionRefused, WampError } from "../../../lib/wamp/errors.ts";
import { connectWebSocket } from "../../../lib/wamp/web_socket_peer.ts";
import { register, TestWorker } from "./_worker.ts";

Deno.test("a worker registers, is ready, and builds again and again", async () => {
  await using manager = await EmbeddedManager.listen();
  const requests: unknown[] = [];
  await using worker = await TestWorker.start(manager.url, {
    onBuild(_worker, { kwargs }) {
      requests.push(kwargs);
      return { kwargs: { image_id: "sha256:1", digests: ["a@sha256:2"] } };
    },
  });
  assertMatch(worker.realm, /^[0-9a-f-]{36}$/);
  for (const tag of ["one", "two"]) {
    const report = await manager.build({ tag_names: [tag] });
    assert(report.kind === "success");
    assertEquals(report.imageId, "sha256:1");
    assertEquals(report.digests, ["a@sha256:2"]);
    assertEquals(report.realm, worker.realm);
  }
  assertEquals(requests, [{ tag_names: ["one"] }, { tag_names: ["two"] }]);
  assertEquals(manager.violations, []);
});

Deno.test("a report holds phases, log and cache questions in their order", async () => {
  await using manager = await EmbeddedManager.listen({
    answers: { cacheTag: ({ baseImageTag }) => `cache-${baseImageTag}` },
  });
  await using _worker = await TestWorker.start(manager.url, {
    async onBuild(worker) {
      assertEquals(await worker.tell("unpacking", { status_data: {} }), true);
      const status_data = { registry: "r.io", base_image: "b" };
      await worker.tell("pulling", { status_data });
      const progressDetail = { current: 1, total: 2 };
      await worker.tell("pulling", { id: "l", status: "s", progressDetail });
      await worker.tell("checking-cache", { status_data: {} });
      const { args } = await worker.call(
        "io.quay.buildworker.determinecachetag",
        {
          base_image_name: "b",
          base_image_tag: "v1",
          base_image_id: "sha256:b",
          command_comments: "",
        },
      );
      assertEquals(args, ["cache-v1"]);
      await worker.tell("building", { status_data: {} });
      assertEquals(await worker.tell("building", { stream: "Step 1\n" }), true);
      throw new WampError("io.quay.builder.builderror", {
        kwargs: { base_error: "exit status 1" },
      });
    },
  });
  const report = await manager.build({});
  assert(report.kind === "failure");
  assertEquals(report.uri, "io.quay.builder.builderror");
  assertEquals(report.baseError, "exit status 1");
  assertEquals(
    report.phases.map(({ phase, statusData }) => [phase, statusData]),
    [
      ["unpacking", {}],
      ["pulling", { registry: "r.io", base_image: "b" }],
      ["checking-cache", {}],
      ["building", {}],
    ],
  );
  assertEquals(report.log.map(({ phase, entry }) => [phase, entry]), [
    ["pulling", {
      id: "l",
      status: "s",
      progressDetail: { current: 1, total: 2 },
    }],
    ["building", { stream: "Step 1\n" }],
  ]);
  assertEquals(report.cacheTagCalls.map(({ baseImageId }) => baseImageId), [
    "sha256:b",
  ]);
  assertEquals(report.peakCalls, 1);
  const times = [...report.phases, ...report.log].map(({ at }) => at);
  assert(times.every((at) => at >= report.startedAt && at <= report.endedAt));
  assertEquals(manager.violations, []);
});

Deno.test("events tell of everything as it happens", async () => {
  const events: string[] = [];
  const gone = Promise.withResolvers<void>();
  const onEvent = ({ kind }: ManagerEvent) => {
    events.push(kind);
    if (kind === "worker_gone") gone.resolve();
  };
  await using manager = await EmbeddedManager.listen({ onEvent });
  {
    await using _worker = await TestWorker.start(manager.url, {
      async onBuild(worker) {
        await worker.tell("unpacking", { status_data: {} });
        await worker.tell("unpacking", { status: "x" });
        return { kwargs: { image_id: "i", digests: [] } };
      },
    });
    await manager.build({});
  }
  await gone.promise;
  assertEquals(events, [
    "worker_joined",
    "worker_ready",
    "build_started",
    "phase",
    "log",
    "build_ended",
    "worker_gone",
  ]);
});

Deno.test("a build waits for a worker, and for the one that is meant", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "meant", token: "t" });
  const build = manager.build({}, { realm: "meant" });
  await using _other = await TestWorker.start(manager.url);
  await using _meant = await TestWorker.start(manager.url, {
    realm: "meant",
    token: "t",
  });
  assertEquals((await build).realm, "meant");
});

Deno.test("two builds get two workers", async () => {
  await using manager = await EmbeddedManager.listen();
  await using one = await TestWorker.start(manager.url);
  await using two = await TestWorker.start(manager.url);
  const reports = await Promise.all([manager.build({}), manager.build({})]);
  assertEquals(
    new Set(reports.map(({ realm }) => realm)),
    new Set([one.realm, two.realm]),
  );
});

Deno.test("a hosted worker is let in with its token, for one build", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "hosted", token: "secret" });
  await using worker = await TestWorker.join(manager.url, {
    realm: "hosted",
    token: "secret",
  });
  const { args } = await worker.call("io.quay.buildworker.ping");
  assertEquals(args, ["pong"]);
  assertEquals(await worker.ready(), true);
  const [seen] = manager.workers;
  assert(seen?.isHosted);
  assertEquals(seen.state, "ready");
  assertEquals((await manager.build({})).kind, "success");
  assertEquals(seen.state, "finished");
});

Deno.test("ready is refused for the wrong token, version, or a second worker", async () => {
  await using manager = await EmbeddedManager.listen();
  const realm = "hosted";
  await manager.expectHosted({ realm, token: "right" });
  await using wrongToken = await TestWorker.join(manager.url, {
    realm,
    token: "wrong",
  });
  assertEquals(await wrongToken.ready(), false);
  await wrongToken.peer.close();
  await manager.waitForWorker({ realm, state: "expected" });

  await using wrongVersion = await TestWorker.join(manager.url, {
    realm,
    token: "right",
    version: "0.2",
  });
  assertEquals(await wrongVersion.ready(), false);
  await wrongVersion.peer.close();
  await manager.waitForWorker({ realm, state: "expected" });

  await using worker = await TestWorker.join(manager.url, {
    realm,
    token: "right",
  });
  assertEquals(await worker.ready(), true);
  assertEquals(await worker.ready(), false);
});

Deno.test("a realm that nobody expects has no manager in it", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.join(manager.url, { realm: "wrong" });
  const error = await assertRejects(
    () => worker.call("io.quay.buildworker.ping"),
    WampError,
  );
  assertEquals(error.uri, "wamp.error.no_such_procedure");
});

Deno.test("a realm may be joined before it is expected", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.join(manager.url, { realm: "early" });
  await manager.expectHosted({ realm: "early", token: "" });
  assertEquals(await worker.ready(), true);
});

Deno.test("the router can close after GOODBYE and refuse unknown realms", async () => {
  await using manager = await EmbeddedManager.listen({
    router: { afterGoodbye: "close", unknownRealm: "abort" },
  });
  await using peer = await connectWebSocket(manager.url);
  const realm = await register(peer);
  assertEquals((await peer.closed).kind, "remote");
  await using _worker = await TestWorker.start(manager.url, { realm });
  assertEquals((await manager.build({})).kind, "success");
  const stray = () => TestWorker.join(manager.url, { realm: "unknown" });
  await assertRejects(stray, SessionRefused, "no_such_realm");
});

Deno.test("heartbeats are counted", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.start(manager.url);
  for (let i = 0; i < 3; i++) worker.heartbeat();
  await worker.call("io.quay.buildworker.ping");
  const [seen] = manager.workers;
  assertExists(seen);
  assertEquals(seen.heartbeats.count, 3);
  assert(seen.heartbeats.lastAt > 0);
  assert(seen.heartbeats.longestGap < 5_000);
});

Deno.test("the signal takes a build back that no worker has", async () => {
  await using manager = await EmbeddedManager.listen();
  const controller = new AbortController();
  const build = manager.build({}, { signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => build), reason);
  await using _worker = await TestWorker.start(manager.url);
  assertEquals((await manager.build({})).kind, "success");
});

Deno.test("the signal interrupts a build that runs, and its answer is reported", async () => {
  await using manager = await EmbeddedManager.listen();
  const started = Promise.withResolvers<void>();
  await using _worker = await TestWorker.start(manager.url, {
    async onBuild(_worker, { signal }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve());
      started.resolve();
      await promise;
      throw new WampError("io.quay.builder.internalerror", {
        kwargs: { base_error: "cancelled" },
      });
    },
  });
  const controller = new AbortController();
  const build = manager.build({}, { signal: controller.signal });
  await started.promise;
  controller.abort();
  const report = await build;
  assert(report.kind === "failure");
  assertEquals(report.baseError, "cancelled");
});

Deno.test("closing the manager says GOODBYE and ends what waits", async () => {
  const manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.join(manager.url);
  const message = "The embedded manager is closed";
  const refused = assertRejects(() => manager.build({}), Error, message);
  await manager[Symbol.asyncDispose]();
  await refused;
  const closed = await worker.session.closed;
  assert(closed.kind === "goodbye");
  assertEquals(closed.uri, "wamp.close.system_shutdown");
  await assertRejects(() => manager.build({}), Error, message);
});
