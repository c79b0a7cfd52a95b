import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import {
  CallTimeout,
  ProtocolViolation,
  SessionLost,
  SessionRefused,
} from "../../lib/wamp/errors.ts";
import { linkedPeers } from "../../lib/wamp/linked_peers.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import { Session } from "../../lib/wamp/session.ts";
import { expectMessage, openSessionPair } from "./_session_pair.ts";

const realm = "com.example";

Deno.test("Session.open() says HELLO with four roles and no feature", async () => {
  const [peer, router] = linkedPeers();
  const opening = Session.open(peer, { realm, agent: "test/1.0" });
  assertEquals(await expectMessage(router, "hello"), {
    kind: "hello",
    realm,
    details: {
      roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} },
      agent: "test/1.0",
    },
  });
  router.send({ kind: "welcome", session: 2 ** 53, details: {} });
  const session = await opening;
  assertEquals(session.id, 2 ** 53);
  assertEquals(session.realm, realm);
  await peer.close();
});

Deno.test("Session.open() takes 0 for a session's ID", async () => {
  await using pair = await openSessionPair();
  assertEquals(pair.session.id, 0);
});

Deno.test("Session.open() rejects with the router's ABORT", async () => {
  const [peer, router] = linkedPeers();
  const opening = Session.open(peer, { realm });
  router.send({
    kind: "abort",
    details: { message: "No such realm" },
    reason: "wamp.error.no_such_realm",
    args: [],
    kwargs: {},
  });
  const error = await assertRejects(
    () => opening,
    SessionRefused,
    'Cannot join realm "com.example": the router refused (wamp.error.no_such_realm: No such realm)',
  );
  assertEquals(error.uri, "wamp.error.no_such_realm");
  assertEquals(error.realm, realm);
  await peer.close();
});

Deno.test("Session.open() can be tried again after ABORT", async () => {
  const [peer, router] = linkedPeers();
  const refused = Session.open(peer, { realm });
  const reason = "wamp.error.no_such_realm";
  router.send({ kind: "abort", details: {}, reason, args: [], kwargs: {} });
  await assertRejects(() => refused, SessionRefused);
  const opening = Session.open(peer, { realm: "com.other" });
  router.send({ kind: "welcome", session: 1, details: {} });
  assertEquals((await opening).realm, "com.other");
  await peer.close();
});

Deno.test("Session.open() gives up a router that does not answer", async () => {
  const [peer] = linkedPeers();
  await assertRejects(
    () => Session.open(peer, { realm, timeout: 10 }),
    CallTimeout,
    'No answer to HELLO "com.example" within 10 ms',
  );
  assertFalse(peer.isOpen);
});

Deno.test("Session.open() rejects with the signal's own reason", async () => {
  const reason = new Error("enough");
  const [peer] = linkedPeers();
  const controller = new AbortController();
  const opening = Session.open(peer, { realm, signal: controller.signal });
  controller.abort(reason);
  assertEquals(await assertRejects(() => opening), reason);
  assertFalse(peer.isOpen);

  const [unused, router] = linkedPeers();
  const signal = AbortSignal.abort(reason);
  const error = await assertRejects(() =>
    Session.open(unused, { realm, signal })
  );
  assertEquals(error, reason);
  await unused.close();
  assertEquals(await router.receive(), undefined, "nothing was sent");
});

Deno.test("Session.open() rejects when the connection goes away", async () => {
  const [peer, router] = linkedPeers();
  const opening = Session.open(peer, { realm });
  router.drop();
  await assertRejects(() => opening, SessionLost, "dropped the connection");
});

Deno.test("Session.open() refuses a realm that is no URI", async () => {
  const [peer, router] = linkedPeers();
  await assertRejects(
    () => Session.open(peer, { realm: "my realm" }),
    TypeError,
    'Cannot use "my realm" as a realm',
  );
  await peer.close();
  assertEquals(await router.receive(), undefined, "nothing was sent");
});

Deno.test("Session.open() refuses a connection that carries a session", async () => {
  await using pair = await openSessionPair();
  const { session, router, peer } = pair;
  await assertRejects(
    () => Session.open(peer, { realm }),
    TypeError,
    "carries a session already",
  );
  session.publish("a.b");
  await expectMessage(router, "publish");
});

const BAD_WELCOMES: Message[] = [
  { kind: "challenge", method: "ticket", extra: {} },
  { kind: "registered", request: 1, registration: 1 },
  { kind: "hello", realm, details: {} },
  { kind: "goodbye", details: {}, reason: "a.b" },
];
for (const message of BAD_WELCOMES) {
  Deno.test(`Session.open() answers ${message.kind} with ABORT`, async () => {
    const [peer, router] = linkedPeers();
    const opening = Session.open(peer, { realm });
    await expectMessage(router, "hello");
    router.send(message);
    await assertRejects(() => opening, ProtocolViolation);
    const abort = await expectMessage(router, "abort");
    assertEquals(abort.reason, "wamp.error.protocol_violation");
    assertEquals(await router.receive(), undefined, "the connection is closed");
  });
}
