import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decode } from "../../lib/wamp/decode.ts";
import { encode } from "../../lib/wamp/encode.ts";
import {
  CallTimeout,
  ProtocolViolation,
  SessionLost,
  SessionRefused,
  WampError,
} from "../../lib/wamp/errors.ts";
import { linkedPeers } from "../../lib/wamp/linked_peers.ts";
import { Router } from "../../lib/wamp/router/router.ts";
import { Session } from "../../lib/wamp/session.ts";
import { attempt, attemptAsync, fuzz, UnhandledRejections } from "./_fuzz.ts";
import { RawPeer } from "./_raw_peer.ts";
import { answerTo, clientFrame, frame, routerFrame } from "./_wire.ts";

Deno.test("Any frame is a message that can be sent on, or a violation", () => {
  fc.assert(
    fc.property(frame, (text) => {
      const message = attempt(() => decode(text), ProtocolViolation);
      if (message !== undefined) {
        assertEquals(decode(encode(message)), message);
      }
    }),
    fuzz(3_000),
  );
});

const WELCOME = '[2, 1, {"roles": {}}]';

/** What a program does with its session. */
const action = fc.constantFrom(
  "call",
  "publish",
  "register",
  "subscribe",
  "abandon",
  "leave",
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** The router answers what it was sent last, as it should. */
const ANSWER: unique symbol = Symbol("answer");

type Step =
  | typeof ANSWER
  | string
  | Uint8Array
  | { readonly kind: Action };

/** A step of a session: the router sends something, or the program acts. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.constant(ANSWER), weight: 16 },
  { arbitrary: fc.nat(99).map((id) => `[68, ${id}, 1, {}]`), weight: 6 },
  { arbitrary: routerFrame, weight: 4 },
  { arbitrary: frame, weight: 1 },
  { arbitrary: fc.constant(new Uint8Array(3)), weight: 1 },
  { arbitrary: action.map((kind) => ({ kind })), weight: 12 },
);

/** Long enough that no test waits for it. */
const timeout = 60_000;

/** What a program may have to cope with. */
const ANSWERS = [WampError, SessionLost, CallTimeout];

async function act(session: Session, kind: Action): Promise<void> {
  switch (kind) {
    case "call":
      await session.call("a.b", { args: [1], timeout });
      return;
    case "publish":
      await session.publish("a.b", { acknowledge: true, timeout });
      return;
    case "register": {
      const echo = await session.register("a.c", ({ args }) => ({ args }), {
        timeout,
      });
      await echo.unregister({ timeout });
      return;
    }
    case "subscribe": {
      const subscription = await session.subscribe("a.d", () => {}, {
        timeout,
      });
      await subscription.unsubscribe({ timeout });
      return;
    }
    case "abandon":
      await session.call("a.b", { timeout: 1 });
      return;
    case "leave":
      await session.leave({ timeout });
      return;
  }
}

Deno.test("A session ends in order, whatever its router sends", async () => {
  using unhandled = new UnhandledRejections();
  const hello = fc.oneof(
    { arbitrary: fc.constant(WELCOME), weight: 8 },
    { arbitrary: routerFrame, weight: 1 },
    { arbitrary: frame, weight: 1 },
  );
  // A registration, and its withdrawal, is more than chance comes upon.
  const beginning = fc.constantFrom<readonly Step[]>(
    [],
    [{ kind: "register" }, ANSWER, ANSWER],
  );
  const steps = fc.tuple(beginning, fc.array(step, { maxLength: 20 }))
    .map((parts) => parts.flat());
  await fc.assert(
    fc.asyncProperty(hello, steps, async (hello, steps) => {
      const peer = new RawPeer();
      const opening = attemptAsync(
        () => Session.open(peer, { realm: "a.realm", timeout }),
        SessionRefused,
        ProtocolViolation,
        SessionLost,
      );
      peer.arrive(hello);
      const session = await opening;
      if (session === undefined) return;

      const acts: Promise<unknown>[] = [];
      for (const step of steps) {
        if (step === ANSWER) {
          const answer = answerTo(peer.sent.at(-1));
          if (answer.length > 0) peer.arrive(JSON.stringify(answer));
        } else if (typeof step === "string" || step instanceof Uint8Array) {
          peer.arrive(step);
        } else {
          acts.push(
            attemptAsync(() => act(session, step.kind), ...ANSWERS),
          );
        }
        for (let i = 0; i < 5; i++) await Promise.resolve();
      }
      // All that was sent is read by then.
      await new Promise((resolve) => setTimeout(resolve, 0));
      peer.drop();
      await session.closed;
      await Promise.all(acts);
      await unhandled.check();
      for (const message of peer.sent) decode(encode(message));
    }),
    fuzz(500),
  );
});

const HELLO = '[1, "a.realm", {"roles": {"caller": {}, "callee": {}}}]';

Deno.test("A router serves on, whatever its clients send", async () => {
  using unhandled = new UnhandledRejections();
  const sent = fc.oneof(
    { arbitrary: clientFrame, weight: 8 },
    { arbitrary: frame, weight: 1 },
    { arbitrary: fc.constant(HELLO), weight: 1 },
  );
  const traffic = fc.array(fc.tuple(fc.nat(2), sent), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(traffic, fc.boolean(), async (traffic, mayCancel) => {
      let next = 0;
      const violations: ProtocolViolation[] = [];
      await using router = new Router({
        makeId: () => next++,
        onViolation: (violation) => violations.push(violation),
      });
      const clients = [new RawPeer(), new RawPeer(), new RawPeer()];
      for (const client of clients) {
        router.attach(client, { mayCancel });
        client.arrive(HELLO);
      }
      for (const [index, text] of traffic) {
        clients[index]?.arrive(text);
        await Promise.resolve();
      }

      const [peer, other] = linkedPeers();
      router.attach(other);
      await using session = await Session.open(peer, { realm: "a.realm" });
      await session.register("still.here", () => ({ args: [true] }));
      assertEquals((await session.call("still.here")).args, [true]);

      await unhandled.check();
      const dropped = clients.filter((client) => !client.isOpen).length;
      assert(violations.length >= dropped, `${dropped} clients were dropped`);
      for (const { sent } of clients) {
        for (const message of sent) decode(encode(message));
      }
    }),
    fuzz(500),
  );
});
