import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { SessionLost } from "../../lib/wamp/errors.ts";
import { linkedPeers } from "../../lib/wamp/linked_peers.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import { Session } from "../../lib/wamp/session.ts";
import { describeClosed } from "../../lib/wamp/session_closed.ts";
import { expectMessage, openSessionPair } from "./_session_pair.ts";

Deno.test("leave() says GOODBYE and waits for the router's", async () => {
  await using pair = await openSessionPair();
  const { session, router, peer } = pair;
  const left = session.leave();
  assertEquals(await expectMessage(router, "goodbye"), {
    kind: "goodbye",
    details: {},
    reason: "wamp.close.close_realm",
  });
  router.send({ kind: "goodbye", details: {}, reason: "any.reason" });
  await left;
  assertEquals(await session.closed, { kind: "left" });
  assertFalse(session.isOpen);
  assert(peer.isOpen, "the connection remains");
});

Deno.test("leave() lets the same connection carry the next session", async () => {
  await using pair = await openSessionPair();
  const { session, router, peer } = pair;
  const left = session.leave();
  await expectMessage(router, "goodbye");
  router.send({ kind: "goodbye", details: {}, reason: "a.b" });
  await left;
  const opening = Session.open(peer, { realm: "com.other" });
  assertEquals((await expectMessage(router, "hello")).realm, "com.other");
  router.send({ kind: "welcome", session: 2, details: {} });
  const next = await opening;
  const answer = next.call("a.b");
  assertEquals((await expectMessage(router, "call")).request, 1);
  router.send({
    kind: "result",
    request: 1,
    details: {},
    args: [1],
    kwargs: {},
  });
  assertEquals((await answer).args, [1]);
});

Deno.test("leave() takes the end of the connection in order for an answer", async () => {
  await using pair = await openSessionPair();
  const left = pair.session.leave();
  await expectMessage(pair.router, "goodbye");
  await pair.router.close();
  await left;
  assertEquals(await pair.session.closed, { kind: "left" });
});

Deno.test("leave() gives up a router that does not answer", async () => {
  await using pair = await openSessionPair();
  await pair.session.leave({ timeout: 5 });
  const closed = await pair.session.closed;
  assertEquals(closed, { kind: "unanswered", milliseconds: 5 });
  assertEquals(
    describeClosed(closed),
    "the router did not answer GOODBYE within 5 ms",
  );
  assertFalse(pair.peer.isOpen);
});

Deno.test("leave() takes a connection that breaks for no answer", async () => {
  await using pair = await openSessionPair();
  const left = pair.session.leave();
  await expectMessage(pair.router, "goodbye");
  pair.router.drop();
  await left;
  assertEquals((await pair.session.closed).kind, "disconnected");
});

Deno.test("leave() settles what is pending and sends nothing after GOODBYE", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const answer = session.call("a.b");
  await expectMessage(router, "call");
  const left = session.leave();
  await expectMessage(router, "goodbye");
  await assertRejects(() => session.call("a.c"), SessionLost, "this side left");
  router.send({ kind: "goodbye", details: {}, reason: "a.b" });
  await left;
  await assertRejects(() => answer, SessionLost);
  await pair.peer.close();
  assertEquals(await router.receive(), undefined);
});

Deno.test("leave() may be called again, and by dispose", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const leaving = Promise.all([session.leave(), session.leave()]);
  await expectMessage(router, "goodbye");
  router.send({ kind: "goodbye", details: {}, reason: "a.b" });
  await leaving;
  await session.leave();
  await session[Symbol.asyncDispose]();
});

Deno.test("leave() rejects with the signal's own reason", async () => {
  await using pair = await openSessionPair();
  const controller = new AbortController();
  const left = pair.session.leave({ signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => left), reason);
});

Deno.test("a router's GOODBYE is echoed and ends the session", async () => {
  await using pair = await openSessionPair();
  const { session, router, peer } = pair;
  router.send({
    kind: "goodbye",
    details: { message: "Maintenance" },
    reason: "wamp.close.system_shutdown",
  });
  assertEquals(await expectMessage(router, "goodbye"), {
    kind: "goodbye",
    details: {},
    reason: "wamp.close.goodbye_and_out",
  });
  const closed = await session.closed;
  assertEquals(closed, {
    kind: "goodbye",
    uri: "wamp.close.system_shutdown",
    message: "Maintenance",
  });
  assertEquals(
    describeClosed(closed),
    "the router said goodbye (wamp.close.system_shutdown: Maintenance)",
  );
  assert(peer.isOpen);
});

Deno.test("a router's ABORT ends the session without an answer", async () => {
  await using pair = await openSessionPair();
  const { session, router, peer } = pair;
  router.send({
    kind: "abort",
    details: {},
    reason: "wamp.error.protocol_violation",
    args: [],
    kwargs: {},
  });
  assertEquals(await session.closed, {
    kind: "aborted",
    uri: "wamp.error.protocol_violation",
    message: undefined,
  });
  await peer.close();
  assertEquals(await router.receive(), undefined);
});

Deno.test("a lost connection says so in closed", async () => {
  await using pair = await openSessionPair();
  pair.router.drop();
  const closed = await pair.session.closed;
  assert(closed.kind === "disconnected");
  assertEquals(closed.peer.kind, "lost");
});

const RESULT = { details: {}, args: [], kwargs: {} };
const VIOLATIONS: [string, Message][] = [
  ["an answer to a request never sent", {
    kind: "result",
    request: 1,
    ...RESULT,
  }],
  ["an error of a request never sent", {
    kind: "error",
    requestType: 48,
    request: 4,
    uri: "a.b",
    ...RESULT,
  }],
  ["an error of an unknown type", {
    kind: "error",
    requestType: 70,
    request: 1,
    uri: "a.b",
    ...RESULT,
  }],
  ["an invocation of nothing registered", {
    kind: "invocation",
    request: 1,
    registration: 1,
    ...RESULT,
  }],
  ["an event of nothing subscribed", {
    kind: "event",
    subscription: 1,
    publication: 1,
    ...RESULT,
  }],
  ["a second WELCOME", { kind: "welcome", session: 1, details: {} }],
  ["a CHALLENGE", { kind: "challenge", method: "ticket", extra: {} }],
  ["a client's message", {
    kind: "call",
    request: 1,
    options: {},
    procedure: "a.b",
    args: [],
    kwargs: {},
  }],
];
for (const [name, message] of VIOLATIONS) {
  Deno.test(`${name} is answered with ABORT and a hang-up`, async () => {
    await using pair = await openSessionPair();
    pair.router.send(message);
    const abort = await expectMessage(pair.router, "abort");
    assertEquals(abort.reason, "wamp.error.protocol_violation");
    assert(typeof abort.details.message === "string");
    assertEquals((await pair.session.closed).kind, "violation");
    assertEquals(await pair.router.receive(), undefined);
    assertFalse(pair.peer.isOpen);
  });
}

Deno.test("closed tells of a violation in words", async () => {
  const [peer, router] = linkedPeers();
  const opening = Session.open(peer, { realm: "com.example" });
  router.send({ kind: "welcome", session: 1, details: {} });
  const session = await opening;
  router.send({ kind: "registered", request: 3, registration: 1 });
  assertEquals(
    describeClosed(await session.closed),
    "the router broke the protocol: Answer to request 3, never sent",
  );
});

Deno.test("closed tells of a reason without end in a line", async () => {
  await using pair = await openSessionPair();
  const message = "x".repeat(1_000_000);
  pair.router.send({ kind: "goodbye", details: { message }, reason: "a.b" });
  const closed = await pair.session.closed;
  assert(describeClosed(closed).length < 1_200);
});
