import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CallTimeout,
  SessionLost,
  SessionRefused,
  WampError,
} from "../../../lib/wamp/errors.ts";
import { linkedPeers } from "../../../lib/wamp/linked_peers.ts";
import type { Peer } from "../../../lib/wamp/peer.ts";
import { Router } from "../../../lib/wamp/router/router.ts";
import { Session } from "../../../lib/wamp/session.ts";

interface Client extends AsyncDisposable {
  readonly peer: Peer;
  readonly session: Session;
}

async function join(
  router: Router,
  { realm = "com.example", mayCancel = false } = {},
): Promise<Client> {
  const [peer, outside] = linkedPeers();
  router.attach(outside, { mayCancel });
  const session = await Session.open(peer, { realm, agent: "test/1.0" });
  return { peer, session, [Symbol.asyncDispose]: () => peer.close() };
}

Deno.test("a router passes calls and results on", async () => {
  await using router = new Router();
  await using callee = await join(router);
  await using caller = await join(router);
  await callee.session.register("a.add", ({ args: [a, b], kwargs }) => ({
    args: [Number(a) + Number(b)],
    kwargs,
  }));
  assertEquals(
    await caller.session.call("a.add", { args: [1, 2], kwargs: { x: [null] } }),
    { args: [3], kwargs: { x: [null] } },
  );
});

Deno.test("a router passes errors on, arguments included", async () => {
  await using router = new Router();
  await using callee = await join(router);
  await using caller = await join(router);
  await callee.session.register("a.fail", () => {
    throw new WampError("com.example.bad", { args: [1], kwargs: { x: 2 } });
  });
  const error = await assertRejects(
    () => caller.session.call("a.fail"),
    WampError,
  );
  assertEquals(error.uri, "com.example.bad");
  assertEquals(error.args, [1]);
  assertEquals(error.kwargs, { x: 2 });
});

Deno.test("a router refuses what is not there or there already", async () => {
  await using router = new Router();
  await using one = await join(router);
  await using two = await join(router);
  await one.session.register("a.b", () => {});
  const noProcedure = await assertRejects(
    () => two.session.call("a.c"),
    WampError,
  );
  assertEquals(noProcedure.uri, "wamp.error.no_such_procedure");
  const taken = await assertRejects(
    () => two.session.register("a.b", () => {}),
    WampError,
  );
  assertEquals(taken.uri, "wamp.error.procedure_already_exists");
});

Deno.test("a router passes events on, but not to their publisher", async () => {
  await using router = new Router();
  await using publisher = await join(router);
  await using subscriber = await join(router);
  const events: unknown[] = [];
  await publisher.session.subscribe("a.t", () => events.push("own"));
  const subscription = await subscriber.session.subscribe(
    "a.t",
    ({ args, kwargs }) => events.push({ args, kwargs }),
  );
  const publish = () =>
    publisher.session.publish("a.t", {
      acknowledge: true,
      args: [1],
      kwargs: { x: 2 },
    });
  const id = await publish();
  assert(id >= 0 && id <= 2 ** 53);
  await subscriber.session.call("a.none").catch(() => {});
  assertEquals(events, [{ args: [1], kwargs: { x: 2 } }]);
  await subscription.unsubscribe();
  await publish();
  assertEquals(events.length, 1);
});

Deno.test("realms are worlds of their own", async () => {
  await using router = new Router();
  await using one = await join(router, { realm: "com.one" });
  await using two = await join(router, { realm: "com.two" });
  await one.session.register("a.b", () => {});
  await assertRejects(() => two.session.call("a.b"), WampError);
});

Deno.test("one connection can move from realm to realm", async () => {
  await using router = new Router();
  await using client = await join(router, { realm: "com.one" });
  await client.session.register("a.b", () => ({ args: ["one"] }));
  await client.session.leave();
  const next = await Session.open(client.peer, { realm: "com.two" });
  await next.register("a.b", () => ({ args: ["two"] }));
  assertEquals((await next.call("a.b")).args, ["two"]);
  assertEquals(router.sessions.map(({ realm }) => realm), ["com.two"]);
});

Deno.test("afterGoodbye: close closes the connection in order", async () => {
  await using router = new Router({ afterGoodbye: "close" });
  await using client = await join(router);
  await client.session.leave();
  assertEquals((await client.peer.closed).kind, "remote");
});

Deno.test("unknownRealm: abort refuses a realm that nobody made", async () => {
  await using router = new Router({ unknownRealm: "abort" });
  const error = await assertRejects(() => join(router), SessionRefused);
  assertEquals(error.uri, "wamp.error.no_such_realm");
  router.createRealm("com.example");
  await using client = await join(router);
  assert(client.session.isOpen);
});

Deno.test("a call whose callee goes away is never answered", async () => {
  await using router = new Router();
  const callee = await join(router);
  await using caller = await join(router);
  const called = Promise.withResolvers<void>();
  await callee.session.register("a.b", ({ signal }) => {
    called.resolve();
    const { promise, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  const answer = caller.session.call("a.b", { timeout: 100 });
  await called.promise;
  await callee.peer.close();
  await assertRejects(() => answer, CallTimeout);
  await assertRejects(() => caller.session.call("a.b"), WampError);
});

Deno.test("an answer for a caller that left does not reach its next session", async () => {
  await using router = new Router();
  await using callee = await join(router);
  await using caller = await join(router);
  const [called, finished] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  await callee.session.register("a.b", async () => {
    called.resolve();
    await finished.promise;
  });
  const answer = caller.session.call("a.b");
  await called.promise;
  await caller.session.leave();
  await assertRejects(() => answer, SessionLost);
  const next = await Session.open(caller.peer, { realm: "com.example" });
  finished.resolve();
  await callee.session.call("a.none").catch(() => {});
  await next.call("a.none").catch(() => {});
  assert(next.isOpen, "no answer came that the session never asked for");
});

Deno.test("a client that may cancel interrupts what it called", async () => {
  await using router = new Router();
  await using callee = await join(router);
  await using caller = await join(router, { mayCancel: true });
  const called = Promise.withResolvers<void>();
  await callee.session.register("a.b", ({ signal }) => {
    called.resolve();
    const { promise, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  const controller = new AbortController();
  const cancelSignal = controller.signal;
  const answer = caller.session.call("a.b", { cancelSignal });
  await called.promise;
  controller.abort();
  const error = await assertRejects(() => answer, WampError);
  assertEquals(error.uri, "wamp.error.canceled");
});

Deno.test("a router's IDs may begin with 0", async () => {
  let id = 0;
  await using router = new Router({ makeId: () => id++ % 5 });
  await using callee = await join(router);
  assertEquals(callee.session.id, 0);
  await callee.session.register("a.b", ({ args }) => ({ args }));
  for (let i = 0; i < 20; i++) {
    assertEquals((await callee.session.call("a.b", { args: [i] })).args, [i]);
  }
});

Deno.test("a router tells of sessions that begin and end", async () => {
  const log: string[] = [];
  await using router = new Router({
    onJoin: ({ realm }) => log.push(`join ${realm}`),
    onLeave: ({ realm }) => log.push(`leave ${realm}`),
  });
  const client = await join(router);
  await client.session.leave();
  await client.peer.close();
  assertEquals(log, ["join com.example", "leave com.example"]);
});

Deno.test("close() says GOODBYE, drop() says nothing", async () => {
  const router = new Router();
  await using polite = await join(router);
  await router.close();
  const closed = await polite.session.closed;
  assert(closed.kind === "goodbye");
  assertEquals(closed.uri, "wamp.close.system_shutdown");

  await using dropped = await join(router);
  await router.drop();
  assertEquals((await dropped.session.closed).kind, "disconnected");
  assertEquals(router.sessions, []);
});

Deno.test("what comes while a connection is being closed is no violation", async () => {
  const violations: string[] = [];
  const router = new Router({
    onViolation: ({ message }) => violations.push(message),
  });
  const [peer, outside] = linkedPeers();
  const echoed = Promise.withResolvers<void>();
  router.attach({
    closed: outside.closed,
    isOpen: true,
    send: (message) => outside.send(message),
    receive: () => outside.receive(),
    async close() {
      await echoed.promise;
      await outside.close();
    },
    drop: () => outside.drop(),
    [Symbol.asyncDispose]: () => outside.close(),
  });
  const session = await Session.open(peer, { realm: "com.example" });
  const closing = router.close();
  assertEquals((await session.closed).kind, "goodbye");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert(peer.isOpen, "the session's GOODBYE is not held against it");
  echoed.resolve();
  await closing;
  assertEquals(violations, []);
});
