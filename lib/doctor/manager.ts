import type { Mode } from "../config/config.ts";
import { configuredProxies } from "../config/proxies.ts";
import { connectAdvice } from "../manager/wamp/connect_advice.ts";
import { PING, REGISTRATION_REALM } from "../manager/wamp/uris.ts";
import { proxyFor } from "../network/proxies.ts";
import { createTlsClient } from "../tls/http_client.ts";
import { VERSION } from "../version.ts";
import { ConnectError, type ConnectErrorKind } from "../wamp/connect_error.ts";
import {
  CallTimeout,
  ProtocolViolation,
  SessionLost,
  SessionRefused,
  WampError,
} from "../wamp/errors.ts";
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
  async *look({ config: { endpoint, mode, settings }, tls }, signal) {
    if (endpoint === undefined) {
      yield unchecked("its address is not known", "See the configuration");
      return;
    }
    const proxy = proxyFor(endpoint, configuredProxies(settings));
    using client = createTlsClient(tls.manager);
    let connected: Peer;
    try {
      connected = await connectWebSocket(endpoint, { client, proxy, signal });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      yield* stepsBefore(endpoint, { proxy, failure: error.kind });
      yield wrong(
        error.message,
        sentence(
          connectAdvice(error.kind) ?? findOutMore(endpoint, proxy),
        ),
      );
      return;
    }
    await using peer = connected;
    yield* stepsBefore(endpoint, { proxy });
    yield* joinRealm(peer, mode ?? { kind: "enterprise" }, signal);
  },
};

/** What shows more, with a tool that is everywhere. */
function findOutMore({ host, port }: URL, proxy: string | undefined): string {
  return proxy === undefined
    ? `find out more with openssl s_client -connect ${host}${
      port === "" ? ":443" : ""
    }`
    : "see the proxies, above";
}

/** How a connection was tried, and what came of it. */
interface ConnectionAttempt {
  /** `host:port` of the proxy on the way. */
  readonly proxy: string | undefined;
  /** Why it failed, if it did. */
  readonly failure?: ConnectErrorKind;
}

/** What has gone well before a connection failed; all of it where it did not. */
function stepsBefore(
  { protocol, hostname, host }: URL,
  { proxy, failure }: ConnectionAttempt,
): Finding[] {
  const isSecure = protocol === "wss:";
  const isDirect = proxy === undefined;
  const hasName = isDirect && !isAddress(hostname);
  const steps: readonly (readonly [ConnectErrorKind, string | undefined])[] = [
    ["other", undefined],
    ["name", hasName ? `the name ${hostname} resolves` : undefined],
    ["timeout", undefined],
    ["refused", isDirect ? `${host} accepts connections` : undefined],
    // Only a tunnel tells that the proxy itself has connected.
    [
      "proxy",
      !isDirect && isSecure ? `the proxy ${proxy} connects to it` : undefined,
    ],
    ["tls", isSecure ? "its certificate is trusted" : undefined],
    ["not_websocket", "it is a WebSocket server"],
    ["subprotocol", `it speaks ${SUBPROTOCOL}`],
  ];
  const failed = steps.findIndex(([step]) => step === failure);
  return steps.slice(0, failed === -1 ? steps.length : failed)
    .flatMap(([, message]) => message === undefined ? [] : [ok(message)]);
}

/** Whether a URL's host is an IP address, which needs no resolving. */
function isAddress(hostname: string): boolean {
  return /^(\[.*\]|[\d.]+)$/.test(hostname);
}

/**
 * How long the manager may take for one answer, in milliseconds: three of them
 * are waited for at most, within the time of a check.
 */
const PATIENCE = 4_000;

async function* joinRealm(
  peer: Peer,
  mode: Mode,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const realm = mode.kind === "hosted" ? mode.realm : REGISTRATION_REALM;
  const agent = `quay-builder-doctor/${VERSION}`;
  try {
    const waiting = { timeout: PATIENCE, signal };
    const session = await Session.open(peer, { realm, agent, ...waiting });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => session.leave({ timeout: PATIENCE }));
    yield ok(`realm "${realm}" can be joined`);
    if (mode.kind === "hosted") {
      await session.call(PING, waiting);
      yield ok(`realm "${realm}" is served; TOKEN was not tried`);
    }
  } catch (error) {
    yield judgeFailure(error, realm, mode);
  }
}

function judgeFailure(error: unknown, realm: string, mode: Mode): Finding {
  if (error instanceof SessionRefused || error instanceof WampError) {
    return wrong(
      error instanceof SessionRefused
        ? error.message
        : `nobody serves realm "${realm}": ${error.message}`,
      mode.kind === "hosted"
        ? "Check REALM: the build may be over, or given up by the manager"
        : "Something speaks WAMP there, but is no Build Manager: check ENDPOINT or SERVER",
    );
  }
  if (error instanceof CallTimeout) {
    return wrong(
      error.message,
      "It takes connections and then says nothing: see the Build Manager's own log, and start it again if it hangs",
    );
  }
  if (error instanceof SessionLost || error instanceof ProtocolViolation) {
    return wrong(
      error.message,
      "It takes connections and ends them again: see the Build Manager's own log, and the timeouts of a proxy or load balancer before it",
    );
  }
  throw error;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
