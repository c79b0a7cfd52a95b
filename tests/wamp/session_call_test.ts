import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { LAYOUTS } from "../../lib/wamp/layouts.ts";
import { CallTimeout, SessionLost, WampError } from "../../lib/wamp/errors.ts";
import { expectMessage, openSessionPair } from "./_session_pair.ts";

Deno.test("call() returns what the callee gave", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const answer = session.call("a.b", { args: [1], kwargs: { x: 2 } });
  assertEquals(await expectMessage(router, "call"), {
    kind: "call",
    request: 1,
    options: {},
    procedure: "a.b",
    args: [1],
    kwargs: { x: 2 },
  });
  router.send({
    kind: "result",
    request: 1,
    details: {},
    args: [3],
    kwargs: { y: 4 },
  });
  assertEquals(await answer, { args: [3], kwargs: { y: 4 } });
});

Deno.test("call() counts its requests from 1", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const answers = [session.call("a.b"), session.call("a.c")];
  const requests = [
    (await expectMessage(router, "call")).request,
    (await expectMessage(router, "call")).request,
  ];
  assertEquals(requests, [1, 2]);
  for (const request of [2, 1]) {
    const args = [request];
    router.send({ kind: "result", request, details: {}, args, kwargs: {} });
  }
  const results = await Promise.all(answers);
  assertEquals(results.map(({ args }) => args), [[1], [2]]);
});

Deno.test("call() rejects with the callee's error", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const answer = session.call("a.b");
  await expectMessage(router, "call");
  router.send({
    kind: "error",
    requestType: LAYOUTS.call.code,
    request: 1,
    details: {},
    uri: "com.example.bad",
    args: ["not today"],
    kwargs: { detail: 1 },
  });
  const error = await assertRejects(
    () => answer,
    WampError,
    "com.example.bad: not today",
  );
  assertEquals(error.uri, "com.example.bad");
  assertEquals(error.args, ["not today"]);
  assertEquals(error.kwargs, { detail: 1 });
});

Deno.test("call() takes both spellings of canceled", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const uris = ["wamp.error.canceled", "wamp.error.cancelled"];
  for (const [index, uri] of uris.entries()) {
    const answer = session.call("a.b");
    await expectMessage(router, "call");
    router.send({
      kind: "error",
      requestType: LAYOUTS.call.code,
      request: index + 1,
      details: {},
      uri,
      args: [],
      kwargs: {},
    });
    assertEquals((await assertRejects(() => answer, WampError)).uri, uri);
  }
});

Deno.test("call() gives up after its timeout, and the late answer is dropped", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const error = await assertRejects(
    () => session.call("a.b", { timeout: 5 }),
    CallTimeout,
    'No answer to CALL "a.b" within 5 ms',
  );
  assertEquals(error.timeout, 5);
  await expectMessage(router, "call");
  router.send({
    kind: "result",
    request: 1,
    details: {},
    args: [],
    kwargs: {},
  });
  const answer = session.call("a.c");
  await expectMessage(router, "call");
  router.send({
    kind: "result",
    request: 2,
    details: {},
    args: [2],
    kwargs: {},
  });
  assertEquals((await answer).args, [2]);
  assert(session.isOpen);
});

Deno.test("call() rejects with the signal's own reason and sends nothing more", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const reason = new Error("enough");
  const controller = new AbortController();
  const answer = session.call("a.b", { signal: controller.signal });
  await expectMessage(router, "call");
  controller.abort(reason);
  assertEquals(await assertRejects(() => answer), reason);
  const signal = AbortSignal.abort(reason);
  const early = await assertRejects(() => session.call("a.b", { signal }));
  assertEquals(early, reason);
  await pair.peer.close();
  assertEquals(await router.receive(), undefined);
});

Deno.test("call() sends CANCEL for its cancel signal alone, and waits on", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const controller = new AbortController();
  const answer = session.call("a.b", { cancelSignal: controller.signal });
  await expectMessage(router, "call");
  controller.abort();
  assertEquals(await expectMessage(router, "cancel"), {
    kind: "cancel",
    request: 1,
    options: { mode: "kill" },
  });
  router.send({
    kind: "result",
    request: 1,
    details: {},
    args: [7],
    kwargs: {},
  });
  assertEquals((await answer).args, [7]);
});

Deno.test("call() refuses bad arguments before anything is sent", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  await assertRejects(() => session.call("a..b"), TypeError, '"a..b"');
  await assertRejects(() => session.call("a.b", { args: [1n] }), TypeError);
  for (const timeout of [0, -1, NaN, Infinity, 2 ** 31]) {
    await assertRejects(() => session.call("a.b", { timeout }), RangeError);
  }
  const answer = session.call("a.b");
  const call = await expectMessage(router, "call");
  assertEquals(call.request, 1, "refused calls use no ID up");
  router.drop();
  await assertRejects(() => answer, SessionLost);
});

Deno.test("every pending request is settled when the connection goes", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const pending = [
    session.call("a.b"),
    session.register("a.b", () => {}),
    session.subscribe("a.b", () => {}),
    session.publish("a.b", { acknowledge: true }),
  ];
  const settled = Promise.allSettled(pending);
  router.drop();
  for (const result of await settled) {
    assert(result.status === "rejected");
    assertInstanceOf(result.reason, SessionLost);
    assertEquals(result.reason.closed.kind, "disconnected");
  }
  await assertRejects(() => session.call("a.b"), SessionLost);
});

Deno.test("a second answer to a call breaks the protocol, late or not", async () => {
  for (const timeout of [5, 10_000]) {
    await using pair = await openSessionPair();
    const { session, router } = pair;
    const call = session.call("a.b", { timeout }).catch(() => {});
    const { request } = await expectMessage(router, "call");
    if (timeout === 5) await call;
    for (const _ of [1, 2]) {
      router.send({
        kind: "result",
        request,
        details: {},
        args: [],
        kwargs: {},
      });
    }
    const closed = await session.closed;
    assertEquals(closed.kind, "violation");
  }
});
