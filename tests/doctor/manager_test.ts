import { assertEquals } from "@std/assert";
import { MANAGER } from "../../lib/doctor/manager.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { SUBPROTOCOL } from "../../lib/wamp/web_socket_peer.ts";
import { Authority } from "../support/certificates.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

Deno.test("a manager that serves is healthy, and never learns of a worker", async () => {
  await using manager = await EmbeddedManager.listen();
  assertHealthy(await look(MANAGER, { ENDPOINT: manager.url }));
  assertEquals(manager.workers, []);
  assertEquals(manager.violations, []);
});

Deno.test("a hosted build's realm is looked for, and its build not taken", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "mine", token: "t" });
  const settings = { ENDPOINT: manager.url, REALM: "mine", TOKEN: "t" };
  assertHealthy(await look(MANAGER, settings));
  assertEquals(manager.workers.map(({ state }) => state), ["expected"]);
  assertFinding(await look(MANAGER, { ...settings, REALM: "other" }), {
    verdict: "wrong",
    message: /"other"/,
    advice: /Check REALM/,
  });
  assertEquals(manager.violations, []);
});

Deno.test("a host without a name, and a port without a listener, are told apart", async () => {
  assertFinding(
    await look(MANAGER, { ENDPOINT: "ws://no-such-host.invalid" }),
    {
      verdict: "wrong",
      message: /name cannot be resolved/,
      advice: /name resolution/,
    },
  );
  const refused = await look(MANAGER, { ENDPOINT: "ws://localhost:1" });
  assertFinding(refused, { verdict: "ok", message: /localhost resolves/ });
  assertFinding(refused, {
    verdict: "wrong",
    message: /nothing accepts connections/,
    advice: /port/,
  });
});

Deno.test("what answers and is no Build Manager is told apart", async () => {
  await using web = Deno.serve(LOOPBACK, () => new Response("hello"));
  assertFinding(
    await look(MANAGER, { ENDPOINT: `ws://127.0.0.1:${web.addr.port}` }),
    {
      verdict: "wrong",
      message: /not a WebSocket server/,
      advice: /port and the path/,
    },
  );
  await using chat = Deno.serve(LOOPBACK, (request) => {
    const { response, socket } = Deno.upgradeWebSocket(request);
    socket.onopen = () => socket.close();
    return response;
  });
  const findings = await look(MANAGER, {
    ENDPOINT: `ws://127.0.0.1:${chat.addr.port}`,
  });
  assertFinding(findings, { verdict: "ok", message: /a WebSocket server/ });
  assertFinding(findings, {
    verdict: "wrong",
    message: /does not speak "wamp\.2\.json"/,
    advice: /no Build Manager/,
  });
});

Deno.test("a certificate that nobody trusts is told, and the setting that helps", async () => {
  await using authority = await Authority.create();
  const { cert, key } = await authority.issue("localhost");
  await using server = Deno.serve(
    { ...LOOPBACK, cert, key },
    () => new Response("hello"),
  );
  const ENDPOINT = `wss://localhost:${server.addr.port}`;
  const untrusted = await look(MANAGER, { ENDPOINT });
  assertFinding(untrusted, { verdict: "ok", message: /accepts connections/ });
  assertFinding(untrusted, {
    verdict: "wrong",
    message: /vouches.*TLS_CA_PATH/,
    advice: /openssl s_client/,
  });
  const trusted = await look(MANAGER, {
    ENDPOINT,
    TLS_CA_PATH: authority.certPath,
  });
  assertFinding(trusted, { verdict: "ok", message: /certificate is trusted/ });
});

/** Something that speaks WAMP, and does this with whoever connects. */
function serveWamp(
  onOpen: (socket: WebSocket) => void,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(LOOPBACK, (request) => {
    const { response, socket } = Deno.upgradeWebSocket(request, {
      protocol: SUBPROTOCOL,
    });
    socket.onopen = () => onOpen(socket);
    return response;
  });
}

Deno.test("what speaks WAMP and is no Build Manager is told apart", async () => {
  await using router = serveWamp((socket) =>
    socket.send('[3, {"message": "none of ours"}, "wamp.error.no_such_realm"]')
  );
  const ENDPOINT = `ws://127.0.0.1:${router.addr.port}`;
  assertFinding(await look(MANAGER, { ENDPOINT }), {
    verdict: "wrong",
    message: /no_such_realm: none of ours/,
    advice: /speaks WAMP there, but is no Build Manager/,
  });
});

Deno.test("a manager that says nothing, or hangs up, is told as such", async () => {
  await using silent = serveWamp(() => {});
  await using hasty = serveWamp((socket) => socket.close());
  const [unanswered, ended] = await Promise.all(
    [silent, hasty].map(({ addr: { port } }) =>
      look(MANAGER, { ENDPOINT: `ws://127.0.0.1:${port}` })
    ),
  );
  assertFinding(unanswered ?? [], {
    verdict: "wrong",
    message: /No answer to .* within 4000 ms/,
    advice: /Build Manager's own log/,
  });
  assertFinding(ended ?? [], {
    verdict: "wrong",
    message: /session is over/,
    advice: /load balancer/,
  });
});

Deno.test("a hosted build's manager that joins and then says nothing is told as such", async () => {
  await using stuck = serveWamp((socket) => {
    socket.send('[2, 1, {"roles": {"broker": {}, "dealer": {}}}]');
  });
  const ENDPOINT = `ws://127.0.0.1:${stuck.addr.port}`;
  const findings = await look(MANAGER, { ENDPOINT, REALM: "a", TOKEN: "t" });
  assertFinding(findings, { verdict: "ok", message: /"a" can be joined/ });
  assertFinding(findings, {
    verdict: "wrong",
    message: /No answer to CALL/,
    advice: /Build Manager's own log/,
  });
});
