import { assert, assertEquals, assertRejects } from "@std/assert";
import { Router } from "../../../lib/wamp/router/router.ts";
import { listenWebSocket } from "../../../lib/wamp/router/web_socket_listener.ts";
import type { WebSocketServerPeer } from "../../../lib/wamp/router/web_socket_server_peer.ts";
import { Session } from "../../../lib/wamp/session.ts";
import { connectWebSocket } from "../../../lib/wamp/web_socket_peer.ts";

Deno.test("listenWebSocket() serves any path and tells which", async () => {
  const paths: string[] = [];
  await using router = new Router();
  await using listener = await listenWebSocket((peer, path) => {
    paths.push(path);
    router.attach(peer);
  });
  for (const path of ["", "/b1/socket?x=1"]) {
    await using peer = await connectWebSocket(listener.url + path);
    await using session = await Session.open(peer, { realm: "a.b" });
    assert(session.isOpen);
  }
  assertEquals(paths, ["/", "/b1/socket?x=1"]);
});

Deno.test("listenWebSocket() can take a port up again at once", async () => {
  const first = await listenWebSocket(() => {});
  const { port } = first;
  await first.close();
  await using second = await listenWebSocket(() => {}, { port });
  assertEquals(second.port, port);
  await assertRejects(() => listenWebSocket(() => {}, { port }), Error);
});

Deno.test("listenWebSocket() refuses who does not ask for WAMP", async () => {
  await using listener = await listenWebSocket(() => {});
  const { port } = listener;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  await response.body?.cancel();
  assertEquals(response.status, 426);

  const failed = Promise.withResolvers<string>();
  const socket = new WebSocket(listener.url, "wamp.2.msgpack");
  socket.onerror = (event) =>
    failed.resolve(event instanceof ErrorEvent ? event.message : "");
  assert((await failed.promise).includes("400"));
});

Deno.test("a slow reader makes a fast client wait", async () => {
  const accepted = Promise.withResolvers<WebSocketServerPeer>();
  await using listener = await listenWebSocket(accepted.resolve);
  await using client = await connectWebSocket(listener.url);
  const server = await accepted.promise;
  const total = 30_000;
  for (let request = 1; request <= total; request++) {
    client.send({ kind: "unregistered", request });
  }
  for (let request = 1; request <= total; request++) {
    assertEquals(await server.receive(), { kind: "unregistered", request });
  }
});

Deno.test("a stalled connection stays open and silent until it is dropped", async () => {
  const accepted = Promise.withResolvers<WebSocketServerPeer>();
  await using listener = await listenWebSocket(accepted.resolve);
  await using client = await connectWebSocket(listener.url, {
    closeTimeout: 10,
  });
  const server = await accepted.promise;
  server.stall();
  client.send({ kind: "unregistered", request: 1 });
  server.send({ kind: "unregistered", request: 2 });
  const silence = Promise.race([
    client.receive(),
    new Promise((resolve) => setTimeout(resolve, 50, "silence")),
  ]);
  assertEquals(await silence, "silence");
  assert(client.isOpen && server.isOpen);
  server.drop();
  assertEquals((await client.closed).kind, "lost");
});
