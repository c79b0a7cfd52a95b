import { assert, assertEquals } from "@std/assert";
import { Router } from "../../../lib/wamp/router/router.ts";
import { listenWebSocket } from "../../../lib/wamp/router/web_socket_listener.ts";
import { connectRaw, type RawClient } from "./_raw_client.ts";

const ROLES = { caller: {}, callee: {}, publisher: {}, subscriber: {} };
const HELLO = JSON.stringify([1, "com.example", { roles: ROLES }]);

/** Lets a client misbehave and returns what the router holds against it. */
async function misbehave(
  act: (client: RawClient) => void | Promise<void>,
): Promise<string | undefined> {
  const violations: string[] = [];
  await using router = new Router({
    onViolation: ({ message }) => violations.push(message),
  });
  await using listener = await listenWebSocket((peer) => router.attach(peer));
  const client = await connectRaw(listener.url);
  await act(client);
  assertEquals(await client.closeCode, 1006);
  assertEquals(violations.length, 1);
  return violations[0];
}

/** The same for a client that has joined a realm in order. */
function misbehaveInSession(
  act: (client: RawClient) => void | Promise<void>,
): Promise<string | undefined> {
  return misbehave(async (client) => {
    client.send(HELLO);
    const welcome = await client.receive();
    assert(Array.isArray(welcome) && welcome[0] === 2);
    await act(client);
  });
}

Deno.test("the router drops UNREGISTER of a live registration", async () => {
  const violation = await misbehaveInSession(async (client) => {
    client.send('[64, 1, {}, "a.b"]');
    const registered = await client.receive();
    assert(Array.isArray(registered) && registered[0] === 65);
    client.send(JSON.stringify([66, 2, registered[2]]));
  });
  assertEquals(violation, "UNREGISTER of a live registration");
});

Deno.test("the router drops features in HELLO", async () => {
  const roles = { ...ROLES, caller: { features: { call_canceling: true } } };
  const violation = await misbehave((client) => {
    client.send(JSON.stringify([1, "com.example", { roles }]));
  });
  assertEquals(violation, "HELLO announces features of caller");
});

/** What a client sends within a session, by what is wrong with it. */
const FRAMES: Record<string, string | Uint8Array> = {
  "CANCEL": "[49, 1, {}]",
  "null for args": '[48, 1, {}, "a.b", null]',
  "null for kwargs": '[48, 1, {}, "a.b", [], null]',
  "null for options": '[48, 1, null, "a.b"]',
  "null for kwargs of YIELD": "[70, 1, {}, [], null]",
  "an ID that is no integer": '[48, 1.5, {}, "a.b"]',
  "an ID that is negative": '[48, -1, {}, "a.b"]',
  "an ID that is a string": '[48, "1", {}, "a.b"]',
  "a binary frame": new TextEncoder().encode('[48, 1, {}, "a.b"]'),
  "an invalid URI in CALL": '[48, 1, {}, "a b"]',
  "an invalid URI in REGISTER": '[64, 1, {}, ""]',
  "an invalid URI in SUBSCRIBE": '[32, 1, {}, "a..b"]',
  "an invalid URI in an unacknowledged PUBLISH": '[16, 1, {}, "a#b"]',
  "an invalid URI in GOODBYE": '[6, {}, "bye bye"]',
  "a second HELLO": HELLO,
  "what is not JSON": "hello",
  "what is not a list": "{}",
  "an unknown code": "[99, 1]",
  "a message too short": "[48, 1, {}]",
  "a message too long": '[32, 1, {}, "a.b", 1]',
  "a router's message": "[2, 1, {}]",
  "a YIELD nobody asked for": "[70, 1, {}]",
  "an ERROR nobody asked for": '[8, 68, 1, {}, "a.b"]',
  "an ERROR of a CALL": '[8, 48, 1, {}, "a.b"]',
};
for (const [name, frame] of Object.entries(FRAMES)) {
  Deno.test(`the router drops ${name}`, async () => {
    await misbehaveInSession((client) => client.send(frame));
  });
}

const BAD_HELLOS: Record<string, string> = {
  "HELLO without roles": '[1, "a.b", {}]',
  "HELLO with empty roles": '[1, "a.b", {"roles": {}}]',
  "HELLO with an unknown role": '[1, "a.b", {"roles": {"dealer": {}}}]',
  "HELLO with an invalid realm": '[1, "a b", {"roles": {"caller": {}}}]',
  "CALL before HELLO": '[48, 1, {}, "a.b"]',
  "GOODBYE before HELLO": '[6, {}, "a.b"]',
};
for (const [name, frame] of Object.entries(BAD_HELLOS)) {
  Deno.test(`the router drops ${name}`, async () => {
    await misbehave((client) => client.send(frame));
  });
}

Deno.test("the router drops what comes after GOODBYE, HELLO aside", async () => {
  await misbehaveInSession(async (client) => {
    client.send('[6, {}, "wamp.close.close_realm"]');
    assertEquals(await client.receive(), [
      6,
      {},
      "wamp.close.goodbye_and_out",
    ]);
    client.send('[48, 1, {}, "a.b"]');
  });
});
