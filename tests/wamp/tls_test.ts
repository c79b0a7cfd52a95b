import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createTlsClient, type TlsOptions } from "../../lib/tls/http_client.ts";
import { readIdentity } from "../../lib/tls/identity.ts";
import { ConnectError } from "../../lib/wamp/connect_error.ts";
import {
  type ListenTls,
  listenWebSocket,
  type WebSocketListener,
} from "../../lib/wamp/router/web_socket_listener.ts";
import { connectWebSocket } from "../../lib/wamp/web_socket_peer.ts";
import { Authority } from "../support/certificates.ts";

function listen(tls?: ListenTls): Promise<WebSocketListener> {
  return listenWebSocket((peer) => void peer.close(), tls ? { tls } : {});
}

/** Connects, and sees the server close in order. */
async function connect(url: string, tls: TlsOptions): Promise<void> {
  using client = createTlsClient(tls);
  await using peer = await connectWebSocket(url, { client });
  assertEquals((await peer.closed).kind, "remote");
}

/** Connects in vain; the error is one of TLS and says what to do. */
async function assertRefused(
  url: string,
  tls: TlsOptions,
  ...parts: readonly string[]
): Promise<void> {
  const error = await assertRejects(() => connect(url, tls), ConnectError);
  assertEquals(error.kind, "tls", error.message);
  for (const part of parts) assertStringIncludes(error.message, part);
}

Deno.test("an own authority is trusted, alone in its file or with others", async () => {
  await using own = await Authority.create("own");
  await using other = await Authority.create("other");
  await using listener = await listen(await own.issue("manager"));
  const url = `wss://localhost:${listener.port}`;
  await connect(url, { authorities: own.cert });
  await connect(url, { authorities: other.cert + own.cert });
  await assertRefused(
    url,
    { authorities: other.cert },
    "no authority that is trusted here vouches for the server's certificate",
    "add the authority's certificate with TLS_CA_PATH",
  );
  await assertRefused(url, {}, "TLS_CA_PATH");
});

Deno.test("a certificate that is not right for the server is told why", async (t) => {
  await using authority = await Authority.create();
  const authorities = authority.cert;
  const cases = {
    "another host": [
      { names: ["quay.example.com"] },
      "the server's certificate is for another host",
      "quay.example.com",
    ],
    "expired": [{ days: [-9, -2] }, "the server's certificate has expired"],
    "not yet valid": [
      { days: [2, 9] },
      "the server's certificate is not valid yet",
      "clock",
    ],
  } as const;
  for (const [name, [options, ...parts]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const certificate = await authority.issue("manager", options);
      await using listener = await listen(certificate);
      const url = `wss://localhost:${listener.port}`;
      await assertRefused(url, { authorities }, ...parts);
    });
  }
});

Deno.test("TLS and plain text taken for each other are told apart", async () => {
  await using authority = await Authority.create();
  await using secure = await listen(await authority.issue("manager"));
  await using plain = await listen();
  await assertRefused(
    `wss://localhost:${plain.port}`,
    {},
    "the server does not speak TLS there",
    "try ws:// instead of wss://",
  );
  for (const authorities of [authority.cert, undefined]) {
    await assertRefused(
      `ws://localhost:${secure.port}`,
      { authorities },
      "the server speaks TLS there",
      "try wss:// instead of ws://",
    );
  }
});

Deno.test("a manager that wants a certificate gets it, and nobody else is let in", async () => {
  await using authority = await Authority.create();
  await using listener = await listen({
    ...await authority.issue("manager"),
    clientAuthority: authority.cert,
  });
  const url = `wss://localhost:${listener.port}`;
  const authorities = authority.cert;
  const own = await authority.issue("worker");
  const identity = await readIdentity({
    certificate: own.certPath,
    key: own.keyPath,
  });
  await connect(url, { authorities, identity });
  await assertRefused(
    url,
    { authorities },
    "the server wants a client's certificate",
    "name one with TLS_CERT_PATH and TLS_KEY_PATH",
  );
});
