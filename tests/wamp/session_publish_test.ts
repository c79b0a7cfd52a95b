import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LAYOUTS } from "../../lib/wamp/layouts.ts";
import { CallTimeout, SessionLost, WampError } from "../../lib/wamp/errors.ts";
import type { Peer } from "../../lib/wamp/peer.ts";
import type {
  EventHandler,
  Subscription,
} from "../../lib/wamp/subscription.ts";
import {
  expectMessage,
  openSessionPair,
  type SessionPair,
} from "./_session_pair.ts";

async function subscribe(
  { session, router }: SessionPair,
  handler: EventHandler,
): Promise<Subscription> {
  const subscribing = session.subscribe("a.b", handler);
  const { request } = await expectMessage(router, "subscribe");
  router.send({ kind: "subscribed", request, subscription: 0 });
  return await subscribing;
}

function sendEvent(router: Peer, ...args: unknown[]): void {
  router.send({
    kind: "event",
    subscription: 0,
    publication: 1,
    details: {},
    args,
    kwargs: {},
  });
}

/** Waits until the session has taken everything that was sent to it. */
async function settle({ session, router }: SessionPair): Promise<void> {
  const called = session.call("a.ping");
  const { request } = await expectMessage(router, "call");
  router.send({ kind: "result", request, details: {}, args: [], kwargs: {} });
  await called;
}

Deno.test("publish() sends at once and waits for nothing", async () => {
  await using pair = await openSessionPair();
  assertEquals(pair.session.publish("a.b", { args: [1] }), undefined);
  assertEquals(await expectMessage(pair.router, "publish"), {
    kind: "publish",
    request: 1,
    options: {},
    topic: "a.b",
    args: [1],
    kwargs: {},
  });
});

Deno.test("publish() with acknowledge gives the publication's ID", async () => {
  await using pair = await openSessionPair();
  const published = pair.session.publish("a.b", { acknowledge: true });
  const { options, request } = await expectMessage(pair.router, "publish");
  assertEquals(options, { acknowledge: true });
  pair.router.send({ kind: "published", request, publication: 0 });
  assertEquals(await published, 0);
});

Deno.test("publish() with acknowledge rejects with the router's error", async () => {
  await using pair = await openSessionPair();
  const published = pair.session.publish("a.b", { acknowledge: true });
  const { request } = await expectMessage(pair.router, "publish");
  pair.router.send({
    kind: "error",
    requestType: LAYOUTS.publish.code,
    request,
    details: {},
    uri: "wamp.error.not_authorized",
    args: [],
    kwargs: {},
  });
  await assertRejects(() => published, WampError, "not_authorized");
});

Deno.test("publish() with acknowledge has a deadline", async () => {
  await using pair = await openSessionPair();
  await assertRejects(
    () => pair.session.publish("a.b", { acknowledge: true, timeout: 5 }),
    CallTimeout,
    'PUBLISH "a.b"',
  );
});

Deno.test("publish() throws on bad arguments and after the end", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  assertThrows(() => session.publish("a b"), TypeError, '"a b"');
  assertThrows(() => session.publish("a.b", { args: [NaN] }), TypeError);
  router.drop();
  await session.closed;
  assertThrows(() => session.publish("a.b"), SessionLost);
});

Deno.test("subscribe() hands events to the handler in their order", async () => {
  await using pair = await openSessionPair();
  const events: unknown[] = [];
  await subscribe(
    pair,
    ({ args, publication }) => events.push([args, publication]),
  );
  sendEvent(pair.router, "one");
  sendEvent(pair.router, "two");
  await settle(pair);
  assertEquals(events, [[["one"], 1], [["two"], 1]]);
});

Deno.test("a handler that throws does not harm the others", async () => {
  const seen: unknown[] = [];
  await using pair = await openSessionPair({ onError: (e) => seen.push(e) });
  const failure = new Error("bad handler");
  const events: unknown[] = [];
  await subscribe(pair, () => {
    throw failure;
  });
  await subscribe(pair, ({ args }) => events.push(args));
  sendEvent(pair.router, 1);
  await settle(pair);
  assertEquals(events, [[1]]);
  assertEquals(seen, [failure]);
});

Deno.test("unsubscribe() tells the router when nobody listens any more", async () => {
  await using pair = await openSessionPair();
  const events: unknown[] = [];
  const handler: EventHandler = ({ args }) => events.push(args);
  const first = await subscribe(pair, handler);
  const second = await subscribe(pair, handler);
  await first.unsubscribe();
  await first.unsubscribe();
  sendEvent(pair.router, 1);
  await settle(pair);
  assertEquals(events, [[1]], "the second handler still listens");

  const done = second.unsubscribe();
  const { request, subscription } = await expectMessage(
    pair.router,
    "unsubscribe",
  );
  assertEquals(subscription, 0);
  sendEvent(pair.router, "crossing");
  pair.router.send({ kind: "unsubscribed", request });
  await done;
  assertEquals(events, [[1]]);
});
