import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { linkedPeers } from "../../lib/wamp/linked_peers.ts";
import type { Message } from "../../lib/wamp/messages.ts";

const MESSAGE: Message = { kind: "unregistered", request: 1 };

Deno.test("linked peers carry messages in order, both ways", async () => {
  const [a, b] = linkedPeers();
  a.send(MESSAGE);
  a.send({ ...MESSAGE, request: 2 });
  b.send({ ...MESSAGE, request: 3 });
  assertEquals(await b.receive(), MESSAGE);
  assertEquals(await b.receive(), { ...MESSAGE, request: 2 });
  assertEquals(await a.receive(), { ...MESSAGE, request: 3 });
});

Deno.test("a linked peer waits for a message", async () => {
  const [a, b] = linkedPeers();
  const received = b.receive();
  a.send(MESSAGE);
  assertEquals(await received, MESSAGE);
});

Deno.test("a linked peer has one reader at a time", async () => {
  const [a, b] = linkedPeers();
  const received = b.receive();
  await assertRejects(() => b.receive(), TypeError, "another reader");
  a.send(MESSAGE);
  await received;
});

Deno.test("closing one linked peer closes both", async () => {
  const [a, b] = linkedPeers();
  const waiting = b.receive();
  a.send(MESSAGE);
  b.send(MESSAGE);
  await a.close();
  assertFalse(a.isOpen);
  assertFalse(b.isOpen);
  assertEquals((await a.closed).kind, "local");
  assertEquals((await b.closed).kind, "remote");
  assertEquals(await waiting, MESSAGE, "what was sent before is delivered");
  assertEquals(await b.receive(), undefined);
});

Deno.test("dropping one linked peer shows at the other as a loss", async () => {
  const [a, b] = linkedPeers();
  a.drop();
  a.drop();
  assertEquals((await b.closed).kind, "lost");
});

Deno.test("sending to a closed linked peer does nothing", async () => {
  const [a, b] = linkedPeers();
  await a.close();
  a.send(MESSAGE);
  b.send(MESSAGE);
  assertEquals(await b.receive(), undefined);
});

Deno.test("a linked peer that nobody reads is given up", async () => {
  const [a, b] = linkedPeers();
  for (let i = 0; i < 20_000; i++) a.send(MESSAGE);
  assertFalse(a.isOpen);
  assert((await b.closed).kind !== "remote");
});
