import type { Mode } from "../config/config.ts";
import { connectAdvice } from "../manager/wamp/connect_advice.ts";
import { PING, REGISTRATION_REALM } from "../manager/wamp/uris.ts";
import { createTlsClient } from "../tls/http_client.ts";
import { VERSION } from "../version.ts";
import { ConnectError, type ConnectErrorKind } from "../wamp/connect_error.ts";
import { SessionRefused, WampError } from "../wamp/errors.ts";
import type { Peer } from "../wamp/peer.ts";
import { Session } from "../wamp/session.ts";
import { connectWebSocket, SUBPROTOCOL } from "../wamp/web_socket_peer.ts";
import { type Check, type Finding, ok, unchecked, wrong } from "./check.ts";

/**
 * Whether the Build Manager can be reached, and serves the realm. Nothing is
 * asked that would make it think of a worker: an enterprise worker's realm
 * would be made by asking for one, and a hosted build be taken by `ready`.
 */
export const MANAGER: Check = {
  name: "Build Manager",
  async *look({ config: { endpoint, mode }, tls }, signal) {
    if (endpoint === undefined) {
      yield unchecked("its address is not known", "See the configuration");
      return;
    }
    using client = createTlsClient(tls.manager);
    let connected: Peer;
    try {
      connected = await connectWebSocket(endpoint, { client, signal });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      yield* stepsBefore(endpoint, error.kind);
      yield wrong(
        error.message,
        sentence(
          connectAdvice(error.kind) ??
            `find out more with openssl s_client -connect ${endpoint.host}`,
        ),
      );
      return;
    }
    await using peer = connected;
    yield* stepsBefore(endpoint);
    yield* joinRealm(peer, mode ?? { kind: "enterprise" }, signal);
  },
};

/** What has gone well where a connection fails with an error of `kind`. */
function stepsBefore(
  { protocol, hostname, host }: URL,
  kind?: ConnectErrorKind,
): Finding[] {
  const steps: readonly (readonly [ConnectErrorKind, string | undefined])[] = [
    ["other", undefined],
    ["name", isAddress(hostname) ? undefined : `the name ${hostname} resolves`],
    ["timeout", undefined],
    ["refused", `${host} accepts connections`],
    ["proxy", undefined],
    ["tls", protocol === "wss:" ? "its certificate is trusted" : undefined],
    ["not_websocket", "it is a WebSocket server"],
    ["subprotocol", `it speaks ${SUBPROTOCOL}`],
  ];
  const failed = steps.findIndex(([step]) => step === kind);
  return steps.slice(0, failed === -1 ? steps.length : failed)
    .flatMap(([, message]) => message === undefined ? [] : [ok(message)]);
}

/** Whether a URL's host is an IP address, which needs no resolving. */
function isAddress(hostname: string): boolean {
  return /^(\[.*\]|[\d.]+)$/.test(hostname);
}

async function* joinRealm(
  peer: Peer,
  mode: Mode,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const realm = mode.kind === "hosted" ? mode.realm : REGISTRATION_REALM;
  const agent = `quay-builder-doctor/${VERSION}`;
  try {
    await using session = await Session.open(peer, { realm, agent, signal });
    yield ok(`realm "${realm}" can be joined`);
    if (mode.kind === "hosted") {
      await session.call(PING, { signal });
      yield ok(`realm "${realm}" is served; TOKEN was not tried`);
    }
  } catch (error) {
    if (!(error instanceof SessionRefused || error instanceof WampError)) {
      throw error;
    }
    yield wrong(
      error instanceof SessionRefused
        ? error.message
        : `nobody serves realm "${realm}": ${error.message}`,
      mode.kind === "hosted"
        ? "Check REALM: the build may be over, or given up by the manager"
        : "Something speaks WAMP there, but is no Build Manager: check ENDPOINT or SERVER",
    );
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
