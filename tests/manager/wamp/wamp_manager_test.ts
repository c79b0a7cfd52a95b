import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { BuildFailure, type FailureKind } from "../../../lib/build/failure.ts";
import { GARBAGE, NEVER } from "../../../lib/manager/embedded/answers.ts";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import type { EmbeddedManagerOptions } from "../../../lib/manager/embedded/embedded_manager_options.ts";
import {
  type BuildHandler,
  ManagerError,
} from "../../../lib/manager/manager.ts";
import type { ManagerObserver } from "../../../lib/manager/observer.ts";
import type { Liveness } from "../../../lib/manager/wamp/heartbeat.ts";
import { WampManager } from "../../../lib/manager/wamp/wamp_manager.ts";
import {
  BUILD,
  FAILURE_URIS,
  REGISTRATION_REALM,
} from "../../../lib/manager/wamp/uris.ts";
import { Secret } from "../../../lib/secret/secret.ts";
import type { Logger } from "../../../lib/telemetry/log.ts";
import { SignsOfLife } from "../../../lib/telemetry/signs_of_life.ts";
import { WampError } from "../../../lib/wamp/errors.ts";
import { Session } from "../../../lib/wamp/session.ts";
import { connectWebSocket } from "../../../lib/wamp/web_socket_peer.ts";
import { eventually } from "../../support/eventually.ts";
import { fakeTime } from "../../support/fake_time.ts";
import { RecordingLogger } from "../../support/recording_logger.ts";
import { silentLogger } from "../../support/silent_logger.ts";

const KWARGS = {
  build_package: "http://packages/one",
  repository: "ns/name",
  registry: "registry:5000",
  tag_names: ["latest"],
};
const RESULT = {
  imageId: "sha256:1",
  digests: ["registry:5000/ns/name@sha256:2"],
};
const NEVER_ABORTED = new AbortController().signal;

interface Options extends EmbeddedManagerOptions {
  readonly hosted?: { readonly realm: string; readonly token: string };
  readonly answerTimeout?: number;
  readonly liveness?: Liveness;
  readonly logger?: Logger;
  readonly observer?: ManagerObserver;
}

/** A manager, and a client of it that is not connected yet. */
async function pair(
  {
    hosted,
    answerTimeout = 5_000,
    liveness,
    logger = silentLogger,
    observer,
    ...options
  }: Options = {},
) {
  const embedded = await EmbeddedManager.listen(options);
  const client = new WampManager({
    endpoint: new URL(embedded.url),
    mode: hosted === undefined
      ? { kind: "enterprise" }
      : { kind: "hosted", ...hosted, token: new Secret(hosted.token) },
    agent: "test",
    answerTimeout,
    ...(liveness && { liveness }),
    logger,
    observer,
  });
  return {
    embedded,
    connect: (onBuild: BuildHandler, signal = NEVER_ABORTED) =>
      client.connect(onBuild, signal),
    [Symbol.asyncDispose]: () => embedded[Symbol.asyncDispose](),
  };
}

for (const afterGoodbye of ["keep", "close"] as const) {
  Deno.test(`an enterprise worker registers where the router would ${afterGoodbye} the socket`, async () => {
    await using p = await pair({ router: { afterGoodbye } });
    await using session = await p.connect(() => Promise.resolve(RESULT));
    for (const _ of [1, 2]) {
      const report = await p.embedded.build(KWARGS, { realm: session.realm });
      assertEquals(report.kind, "success");
      if (report.kind === "success") {
        assertEquals(report.imageId, RESULT.imageId);
        assertEquals(report.digests, RESULT.digests);
      }
    }
    await session.leave();
    assertEquals(await session.ended, { kind: "left" });
    assertEquals(p.embedded.violations, []);
  });
}

Deno.test("a hosted worker joins its realm with its token", async () => {
  const hosted = { realm: "builder-realm", token: "sometoken" };
  await using p = await pair({ hosted });
  await p.embedded.expectHosted(hosted);
  await using session = await p.connect(() => Promise.resolve(RESULT));
  assertEquals(session.realm, "builder-realm");
  assertEquals((await p.embedded.build(KWARGS)).kind, "success");
});

Deno.test("phases, log entries and the cache tag reach the manager as it expects them", async () => {
  await using p = await pair({ answers: { cacheTag: () => "v1" } });
  let tag: string | undefined;
  await using _session = await p.connect(async (_request, reporter, signal) => {
    await reporter.enterPhase("pulling", {
      registry: "r",
      baseImage: "b",
      baseImageTag: "t",
      pullUsername: "u",
    }, signal);
    await reporter.log("pulling", {
      status: "Downloading",
      id: "abc",
      progressDetail: { current: 1, total: 2 },
    }, signal);
    tag = await reporter.determineCacheTag({
      baseImageName: "b",
      baseImageTag: "t",
      baseImageId: "sha256:3",
    }, signal);
    return RESULT;
  });
  const report = await p.embedded.build(KWARGS);
  assertEquals(tag, "v1");
  assertEquals(report.phases.map(({ statusData }) => statusData), [
    { registry: "r", base_image: "b", base_image_tag: "t", pull_username: "u" },
  ]);
  assertEquals(report.log.map(({ phase, entry }) => ({ phase, ...entry })), [{
    phase: "pulling",
    status: "Downloading",
    id: "abc",
    progressDetail: { current: 1, total: 2 },
  }]);
  assertEquals(report.cacheTagCalls[0]?.commandComments, "");
  assertEquals(p.embedded.violations, []);
});

Deno.test("a failure is an error with its URI, anything else is internal and leaks nothing", async () => {
  await using p = await pair();
  const errors = [
    new BuildFailure("push_issue", "the registry said no"),
    new Error("a secret of the worker"),
  ];
  await using _session = await p.connect(() => Promise.reject(errors.shift()));
  const first = await p.embedded.build(KWARGS);
  const second = await p.embedded.build(KWARGS);
  const third = await p.embedded.build({ tag_names: 3 });
  const told = [first, second, third].map((report) =>
    report.kind === "failure" ? [report.uri, report.baseError] : [report.kind]
  );
  assertEquals(told[0], ["io.quay.builder.pushissue", "the registry said no"]);
  assertEquals(told[1]?.[0], "io.quay.builder.internalerror");
  assertEquals(told[1]?.[1]?.includes("secret"), false);
  assertEquals(told[2]?.[0], "io.quay.builder.missingorinvalidargument");
});

Deno.test("a worker that the manager does not want is rejected with a reason", async () => {
  await using p = await pair({ answers: { ready: () => false } });
  await using session = await p.connect(() => Promise.resolve(RESULT));
  const end = await session.ended;
  assertEquals(end.kind, "rejected");
});

Deno.test("a late answer to ready holds no build up", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  await using p = await pair({ answers: { ready: () => promise } });
  await using session = await p.connect(() => Promise.resolve(RESULT));
  await delay(20);
  resolve(true);
  const report = await p.embedded.build(KWARGS, { realm: session.realm });
  assertEquals(report.kind, "success");
});

Deno.test("a manager that allocates no realm is said to", async () => {
  await using p = await pair({ answers: { register: () => GARBAGE } });
  await assertRejects(
    () => p.connect(() => Promise.resolve(RESULT)),
    ManagerError,
    "no realm allocated",
  );
});

Deno.test("an answer that never comes loses the session and aborts the build", async () => {
  await using p = await pair({
    answerTimeout: 200,
    answers: { phase: () => NEVER },
  });
  const { promise: aborted, resolve } = Promise.withResolvers<unknown>();
  await using session = await p.connect((_request, reporter, signal) => {
    signal.addEventListener("abort", () => resolve(signal.reason));
    return reporter.enterPhase("unpacking", {}, signal).then(() => RESULT);
  });
  const report = await p.embedded.build(KWARGS);
  assertEquals(report.kind, "lost");
  assertEquals((await session.ended).kind, "lost");
  await aborted;
});

Deno.test("a build that is interrupted while the manager owes an answer was cancelled", async () => {
  const interrupt = new AbortController();
  await using p = await pair({
    answers: {
      phase: () => {
        interrupt.abort();
        return NEVER;
      },
    },
  });
  await using session = await p.connect((_request, reporter, signal) =>
    reporter.enterPhase("unpacking", {}, signal).then(() => RESULT)
  );
  const report = await p.embedded.build(KWARGS, {
    realm: session.realm,
    signal: interrupt.signal,
  });
  assert(report.kind === "failure", JSON.stringify(report));
  assertEquals(report.uri, FAILURE_URIS.client_rejected_transition);
});

Deno.test("a dropped connection aborts the running build", async () => {
  await using p = await pair();
  await using session = await p.connect((_request, _reporter, signal) => {
    p.embedded.dropWorker(session.realm);
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  });
  const report = await p.embedded.build(KWARGS);
  assertEquals(report.kind, "lost");
  assertEquals((await session.ended).kind, "lost");
});

Deno.test("a connection that is dead without being closed is noticed, and the build aborted", async () => {
  await using p = await pair({ liveness: { interval: 50, timeout: 100 } });
  const { promise: aborted, resolve } = Promise.withResolvers<unknown>();
  await using session = await p.connect((_request, _reporter, signal) => {
    p.embedded.stallWorker(session.realm);
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        resolve(signal.reason);
        reject(signal.reason);
      })
    );
  });
  void p.embedded.build(KWARGS);
  const end = await session.ended;
  assertEquals(end.kind, "lost");
  if (end.kind === "lost") assertStringIncludes(end.reason, "does not answer");
  await aborted;
});

const GIVEN_UP = [
  ["it is asked to leave", 0],
  ["the manager has not answered in time", 10_000],
] as const;
for (const [when, time] of GIVEN_UP) {
  Deno.test(`a manager that hangs is left without its farewell when ${when}`, async () => {
    const asked = Promise.withResolvers<void>();
    const leaving = new AbortController();
    await using p = await pair({
      answers: {
        register() {
          p.embedded.stallWorker(REGISTRATION_REALM);
          asked.resolve();
          return NEVER;
        },
      },
    });
    using clock = fakeTime(["setTimeout", "clearTimeout"]);
    let isOver = false;
    p.connect(() => Promise.resolve(RESULT), leaving.signal)
      .catch(() => isOver = true);
    await asked.promise;
    if (time === 0) leaving.abort();
    await clock.tickAsync(time);
    assert(isOver);
  });
}

Deno.test("by default that takes no more than 20 s", async () => {
  await using p = await pair();
  using clock = fakeTime([
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
  ]);
  await using session = await p.connect(() => Promise.resolve(RESULT));
  p.embedded.stallWorker(session.realm);
  await clock.tickAsync(20_000);
  const end = await session.ended;
  assert(end.kind === "lost");
  assertStringIncludes(end.reason, "does not answer");
});

Deno.test("leaving waits for the running build and its answer", async () => {
  await using p = await pair();
  const { promise, resolve } = Promise.withResolvers<typeof RESULT>();
  await using session = await p.connect(() => promise);
  const report = p.embedded.build(KWARGS);
  await p.embedded.waitForWorker({ state: "building" });
  await delay(20);
  const left = session.leave();
  resolve(RESULT);
  assertEquals((await report).kind, "success");
  await left;
  assertEquals(p.embedded.violations, []);
});

Deno.test("an idle worker does not wait long for a manager that says nothing", async () => {
  await using p = await pair();
  await using session = await p.connect(() => Promise.resolve(RESULT));
  p.embedded.stallWorker(session.realm);
  const began = performance.now();
  await session.leave();
  const took = performance.now() - began;
  assert(took < 5_000, `${took} ms`);
  assertEquals(await session.ended, { kind: "left" });
});

Deno.test("a build that comes while a worker is busy or leaves is refused, and the one that it has goes on", async () => {
  const logger = new RecordingLogger();
  const refused: FailureKind[] = [];
  await using p = await pair({
    logger,
    observer: {
      onConnect: () => {},
      onSession: () => new SignsOfLife().begin(),
      onRefused: (kind) => refused.push(kind),
    },
  });
  const { promise, resolve } = Promise.withResolvers<typeof RESULT>();
  let builds = 0;
  await using session = await p.connect(() => {
    builds++;
    return promise;
  });
  const report = p.embedded.build(KWARGS);
  await eventually(() => builds > 0 || undefined, { what: "the build" });
  // The manager itself sends no worker two builds.
  await using peer = await connectWebSocket(new URL(p.embedded.url));
  await using other = await Session.open(peer, { realm: session.realm });
  const answer = async () => {
    const error = await assertRejects(
      () => other.call(BUILD, { kwargs: KWARGS }),
      WampError,
    );
    assertEquals(error.uri, FAILURE_URIS.internal_error);
    return String(error.kwargs["base_error"]);
  };
  assertStringIncludes(await answer(), "is busy with a build");
  const left = session.leave();
  assertStringIncludes(await answer(), "is leaving");
  await other.leave();
  resolve(RESULT);
  assertEquals((await report).kind, "success");
  await left;
  assertEquals(builds, 1);
  assertEquals(refused, ["internal_error", "internal_error"]);
  assertEquals(logger.messages(), ["Build refused", "Build refused"]);
});

Deno.test("heartbeats come every second, also while a build runs", async () => {
  await using p = await pair();
  await using session = await p.connect(async () => {
    await delay(2_500);
    return RESULT;
  });
  await p.embedded.build(KWARGS, { realm: session.realm });
  const { heartbeats } = await p.embedded.waitForWorker();
  assertEquals(heartbeats.count >= 3, true, String(heartbeats.count));
});

Deno.test("a manager that is not there is an error that says where it was sought", async () => {
  const gone = await EmbeddedManager.listen();
  const { url } = gone;
  await gone[Symbol.asyncDispose]();
  const client = new WampManager({
    endpoint: new URL(url),
    mode: { kind: "enterprise" },
    agent: "test",
    answerTimeout: 1_000,
    logger: silentLogger,
  });
  const error = await assertRejects(
    () => client.connect(() => Promise.resolve(RESULT), NEVER_ABORTED),
    ManagerError,
  );
  assertStringIncludes(error.message, url);
  assertEquals(error.retriable, true);
});

Deno.test("a failure without end reaches the manager with its beginning and its end", async () => {
  await using p = await pair();
  const text = `begin${"\0".repeat(40_000_000)}end`;
  await using session = await p.connect(() =>
    Promise.reject(new BuildFailure("build_error", text))
  );
  const report = await p.embedded.build(KWARGS, { realm: session.realm });
  assert(report.kind === "failure");
  assert(/^begin.* characters are left out .*end$/s.test(report.baseError));
  assert(report.baseError.length < 66_000, `${report.baseError.length}`);
});

Deno.test("the manager's address is told without its user and query", async () => {
  await using embedded = await EmbeddedManager.listen();
  const endpoint = new URL(`${embedded.url}/?key=query-secret`);
  endpoint.username = "user-secret";
  const client = new WampManager({
    endpoint,
    mode: { kind: "hosted", realm: "nobody's", token: new Secret("token") },
    agent: "test",
    answerTimeout: 5_000,
    logger: silentLogger,
  });
  const { message } = await assertRejects(
    () => client.connect(() => Promise.reject(), NEVER_ABORTED),
    ManagerError,
  );
  assertStringIncludes(message, `at ws://${endpoint.host}/: `);
  assertEquals(message.includes("secret"), false, message);
});
