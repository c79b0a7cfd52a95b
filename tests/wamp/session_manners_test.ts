import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import { encode } from "../../lib/wamp/encode.ts";
import { CallTimeout, SessionLost, WampError } from "../../lib/wamp/errors.ts";
import { linkedPeers } from "../../lib/wamp/linked_peers.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import type { Peer } from "../../lib/wamp/peer.ts";
import { Router } from "../../lib/wamp/router/router.ts";
import { Session } from "../../lib/wamp/session.ts";
import { listenWebSocket } from "../../lib/wamp/router/web_socket_listener.ts";
import { connectWebSocket } from "../../lib/wamp/web_socket_peer.ts";

/** Something a program may do with a session, sensible or not. */
interface Action {
  readonly kind:
    | "call"
    | "publish"
    | "publishAcknowledged"
    | "register"
    | "subscribe"
    | "callInVain"
    | "abandonCall"
    | "move";
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs: Record<string, unknown>;
}

const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(undefined, NaN, 1n, new Date(0), null),
);
const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom(
    "call",
    "publish",
    "publishAcknowledged",
    "register",
    "subscribe",
    "callInVain",
    "abandonCall",
    "move",
  ),
  uri: fc.oneof(fc.constantFrom("a.b", "a.c"), fc.string()),
  args: fc.oneof(fc.constant([]), fc.array(value)),
  kwargs: fc.oneof(fc.constant({}), fc.dictionary(fc.string(), value)),
});

/** Notes what goes out through `peer`. */
function observe(peer: Peer, sent: Message[]): Peer {
  return {
    closed: peer.closed,
    get isOpen() {
      return peer.isOpen;
    },
    send(message) {
      peer.send(message);
      sent.push(message);
    },
    receive: () => peer.receive(),
    close: () => peer.close(),
    drop: () => peer.drop(),
    [Symbol.asyncDispose]: () => peer.close(),
  };
}

async function act(
  session: Session,
  peer: Peer,
  { kind, uri, args, kwargs }: Action,
): Promise<Session> {
  const payload = { args, kwargs };
  switch (kind) {
    case "call":
      await session.call(uri, payload);
      break;
    case "publish":
      session.publish(uri, payload);
      break;
    case "publishAcknowledged":
      await session.publish(uri, { ...payload, acknowledge: true });
      break;
    case "register":
      await session.register(uri, () => payload);
      break;
    case "subscribe": {
      const subscription = await session.subscribe(uri, () => {});
      await subscription.unsubscribe();
      break;
    }
    case "callInVain":
      await session.register("a.never", ({ signal }) => {
        const { promise, reject } = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => reject(signal.reason));
        return promise;
      }).catch(() => {});
      await session.call("a.never", { ...payload, timeout: 1 });
      break;
    case "abandonCall": {
      const controller = new AbortController();
      const answer = session.call(uri, {
        ...payload,
        signal: controller.signal,
      });
      controller.abort(new SessionLost({ kind: "left" }));
      await answer;
      break;
    }
    case "move":
      await session.leave();
      return await Session.open(peer, { realm: "com.next" });
  }
  return session;
}

Deno.test("a strict router finds no fault with a session, whatever a program does with it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 8 }), async (actions) => {
      const sent: Message[] = [];
      const violations: string[] = [];
      await using router = new Router({
        onViolation: ({ message }) => violations.push(message),
      });
      const [inside, outside] = linkedPeers();
      router.attach(outside);
      await using peer = observe(inside, sent);
      let session = await Session.open(peer, { realm: "com.example" });
      for (const each of actions) {
        try {
          session = await act(session, peer, each);
        } catch (error) {
          const isExpected = error instanceof TypeError ||
            error instanceof WampError || error instanceof CallTimeout ||
            error instanceof SessionLost;
          assert(isExpected, Deno.inspect(error));
        }
      }
      await session.leave();
      assertEquals(violations, []);
      sent.forEach(assertMannered);
    }),
    { numRuns: 150 },
  );
});

/** Checks one message against all that the real router drops clients for. */
function assertMannered(message: Message): void {
  assert(message.kind !== "unregister" && message.kind !== "cancel");
  const wire: unknown[] = JSON.parse(encode(message));
  assert(wire.every((field) => field !== null), "no null");
  for (const field of wire) {
    if (typeof field === "number") {
      assert(Number.isInteger(field) && field >= 0);
    }
  }
  if (message.kind === "hello") {
    assertEquals(message.details, {
      roles: { caller: {}, callee: {}, publisher: {}, subscriber: {} },
    });
  }
}

Deno.test("a session leaves with a live registration and does not withdraw it", async () => {
  const violations: string[] = [];
  await using router = new Router({
    onViolation: ({ message }) => violations.push(message),
  });
  await using listener = await listenWebSocket((peer) => router.attach(peer));
  await using peer = await connectWebSocket(listener.url);
  {
    await using session = await Session.open(peer, { realm: "com.example" });
    await session.register("a.b", () => {});
  }
  await using next = await Session.open(peer, { realm: "com.example" });
  await next.register("a.b", () => {});
  assertEquals(violations, []);
});

Deno.test("a session withdraws a live registration only when told to, and is dropped", async () => {
  await using router = new Router();
  await using listener = await listenWebSocket((peer) => router.attach(peer));
  await using peer = await connectWebSocket(listener.url);
  const session = await Session.open(peer, { realm: "com.example" });
  const registration = await session.register("a.b", () => {});
  const withdrawn = registration.unregister().catch((error) => error);
  assertInstanceOf(await withdrawn, SessionLost);
  assertEquals((await session.closed).kind, "disconnected");
});
