import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import {
  ConnectError,
  type ConnectErrorKind,
} from "../../lib/wamp/connect_error.ts";
import { ProtocolViolation } from "../../lib/wamp/errors.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import type { Peer } from "../../lib/wamp/peer.ts";
import {
  listenWebSocket,
  type WebSocketListener,
} from "../../lib/wamp/router/web_socket_listener.ts";
import type { WebSocketServerPeer } from "../../lib/wamp/router/web_socket_server_peer.ts";
import { connectWebSocket } from "../../lib/wamp/web_socket_peer.ts";
import { startProxy } from "./_proxy.ts";

const MESSAGE: Message = { kind: "unregistered", request: 1 };

/** Both ends of a real connection. */
async function connectPair(
  listener: WebSocketListener,
  accepted: Promise<WebSocketServerPeer>,
): Promise<[Peer, WebSocketServerPeer]> {
  const client = await connectWebSocket(listener.url);
  return [client, await accepted];
}

async function withPair(
  use: (client: Peer, server: WebSocketServerPeer) => Promise<void>,
): Promise<void> {
  const accepted = Promise.withResolvers<WebSocketServerPeer>();
  await using listener = await listenWebSocket(accepted.resolve);
  const [client, server] = await connectPair(listener, accepted.promise);
  try {
    await use(client, server);
  } finally {
    await Promise.all([client.close(), server.close()]);
  }
}

Deno.test("a WebSocket carries messages in order, both ways", async () => {
  await withPair(async (client, server) => {
    client.send(MESSAGE);
    client.send({ ...MESSAGE, request: 2 });
    server.send({ ...MESSAGE, request: 3 });
    assertEquals(await server.receive(), MESSAGE);
    assertEquals(await server.receive(), { ...MESSAGE, request: 2 });
    assertEquals(await client.receive(), { ...MESSAGE, request: 3 });
  });
});

Deno.test("a WebSocket carries a message of 20 MiB", async () => {
  await withPair(async (client, server) => {
    const text = "ä".repeat(10 * 1024 * 1024);
    client.send({
      kind: "result",
      request: 1,
      details: {},
      args: [text],
      kwargs: {},
    });
    const message = await server.receive();
    assert(message?.kind === "result" && message.args[0] === text);
  });
});

Deno.test("close() sends what was sent before, and both ends see an order", async () => {
  await withPair(async (client, server) => {
    for (let i = 0; i < 1_000; i++) client.send(MESSAGE);
    await client.close();
    assertFalse(client.isOpen);
    assertEquals((await client.closed).kind, "local");
    let received = 0;
    while (await server.receive() !== undefined) received++;
    assertEquals(received, 1_000);
    assertEquals(await server.closed, {
      kind: "remote",
      reason: "the connection was closed (code 1000)",
    });
  });
});

Deno.test("a close by the other side is told with its code", async () => {
  await withPair(async (client, server) => {
    await server.close();
    assertEquals(await client.closed, {
      kind: "remote",
      reason: "the other side closed the connection (code 1000)",
    });
    assertEquals(await client.receive(), undefined);
    client.send(MESSAGE);
  });
});

Deno.test("a dropped connection is told as lost", async () => {
  await withPair(async (client, server) => {
    server.drop();
    const { kind, reason } = await client.closed;
    assertEquals(kind, "lost");
    assert(reason.startsWith("the connection broke"), reason);
  });
});

Deno.test("a message that is none is a violation", async () => {
  const upgraded = Promise.withResolvers<WebSocket>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const protocol = "wamp.2.json";
      const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
      socket.onopen = () => upgraded.resolve(socket);
      return response;
    },
  );
  await using client = await connectWebSocket(
    `ws://127.0.0.1:${server.addr.port}`,
  );
  const socket = await upgraded.promise;
  socket.send(new Uint8Array([1, 2]));
  await assertRejects(() => client.receive(), ProtocolViolation, "text frame");
  socket.send("[");
  await assertRejects(() => client.receive(), ProtocolViolation, "JSON");
  socket.send("[67,1]");
  assertEquals(await client.receive(), MESSAGE);
});

Deno.test("close() does not hang on a dead network", async () => {
  const accepted = Promise.withResolvers<WebSocketServerPeer>();
  await using listener = await listenWebSocket(accepted.resolve);
  await using proxy = startProxy(listener.port);
  const client = await connectWebSocket(`ws://127.0.0.1:${proxy.port}`, {
    closeTimeout: 50,
  });
  const server = await accepted.promise;
  proxy.freeze();
  client.send(MESSAGE);
  await client.close();
  assertEquals((await client.closed).kind, "local");
  server.drop();
});

Deno.test("a connection that takes nothing any more is given up", async () => {
  const accepted = Promise.withResolvers<WebSocketServerPeer>();
  await using listener = await listenWebSocket(accepted.resolve);
  const client = await connectWebSocket(listener.url, { maxBuffered: 100_000 });
  const server = await accepted.promise;
  server.stall();
  const args = ["x".repeat(1_000_000)];
  for (let i = 0; client.isOpen && i < 100; i++) {
    client.send({ kind: "result", request: i, details: {}, args, kwargs: {} });
  }
  assertEquals(await client.closed, {
    kind: "lost",
    reason: "more than 100000 bytes wait to be taken by the network",
  });
  server.drop();
});

/** Connects in vain and returns the error. */
async function failToConnect(
  url: string,
  kind: ConnectErrorKind,
): Promise<ConnectError> {
  const error = await assertRejects(
    () => connectWebSocket(url),
    ConnectError,
    "Cannot connect to",
  );
  assertEquals(error.kind, kind, error.message);
  return error;
}

Deno.test("connecting to a port where nobody listens is refused", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const { port } = listener.addr;
  const error = await failToConnect(`ws://127.0.0.1:${port}/x`, "refused");
  assertEquals(
    error.message,
    `Cannot connect to "ws://127.0.0.1:${port}/x": nothing accepts connections there (refused or unreachable) (tcp connect error)`,
  );
});

Deno.test("connecting to a name that does not exist says so", async () => {
  await failToConnect("ws://no-such-host.invalid/", "name");
});

Deno.test("connecting to something else than a WebSocket says so", async () => {
  const hostname = "127.0.0.1";
  for (const status of [200, 404]) {
    await using server = Deno.serve(
      { hostname, port: 0, onListen() {} },
      () => new Response("hello", { status }),
    );
    const url = `ws://127.0.0.1:${server.addr.port}`;
    const { message } = await failToConnect(url, "not_websocket");
    assert(message.includes(String(status)), message);
  }
  for (const greeting of ["", "SSH-2.0-OpenSSH_9.2\r\n"]) {
    using listener = Deno.listen({ hostname, port: 0 });
    const served = listener.accept().then(async (connection) => {
      await connection.read(new Uint8Array(1_000));
      await connection.write(new TextEncoder().encode(greeting));
      connection.close();
    });
    const url = `ws://127.0.0.1:${listener.addr.port}`;
    await failToConnect(url, "not_websocket");
    await served;
  }
});

Deno.test("connecting to a server that does not speak WAMP says so", async () => {
  for (const chosen of [undefined, "wamp.2.msgpack"]) {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        const { response } = Deno.upgradeWebSocket(request);
        if (chosen) response.headers.set("sec-websocket-protocol", chosen);
        return response;
      },
    );
    const url = `ws://127.0.0.1:${server.addr.port}`;
    const { message } = await failToConnect(url, "subprotocol");
    assert(message.includes(chosen ?? "none"), message);
  }
});

Deno.test("connecting gives up after its timeout", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const error = await assertRejects(
    () =>
      connectWebSocket(`ws://127.0.0.1:${listener.addr.port}`, { timeout: 20 }),
    ConnectError,
    "no answer within 20 ms",
  );
  assertEquals(error.kind, "timeout");
});

Deno.test("connecting rejects with the signal's own reason", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `ws://127.0.0.1:${listener.addr.port}`;
  const reason = new Error("enough");
  const controller = new AbortController();
  const connecting = connectWebSocket(url, { signal: controller.signal });
  controller.abort(reason);
  assertEquals(await assertRejects(() => connecting), reason);
  const signal = AbortSignal.abort(reason);
  const early = await assertRejects(() => connectWebSocket(url, { signal }));
  assertEquals(early, reason);
});

Deno.test("connecting wants a WebSocket URL", async () => {
  for (const url of ["localhost:8787", "http://localhost", "", "/b1/socket"]) {
    await assertRejects(() => connectWebSocket(url), TypeError, "ws://");
  }
});

Deno.test("a failed connection keeps the URL's secrets to itself", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const error = await failToConnect(
    `ws://me:hunter2@127.0.0.1:${listener.addr.port}/x?token=hunter2`,
    "refused",
  );
  assertFalse(Deno.inspect(error).includes("hunter2"));
});
