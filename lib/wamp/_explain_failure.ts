import { adviseOnTls, explainTlsFailure } from "../tls/failure.ts";
import { ConnectError, type ConnectErrorKind } from "./connect_error.ts";

/** What Deno 2.9 says of a failed connection, and what it means. */
const EXPLANATIONS: readonly (readonly [RegExp, ConnectErrorKind, string])[] = [
  [/dns error/i, "name", "the host's name cannot be resolved"],
  [
    /proxy authentication required|status code: 407/i,
    "proxy",
    "the proxy on the way wants another login; check HTTP_PROXY and HTTPS_PROXY",
  ],
  [
    /unsuccessful tunnel/i,
    "proxy",
    "the proxy on the way does not connect to it; check HTTPS_PROXY, or name the host in NO_PROXY",
  ],
  [
    /proxy server unreachable/i,
    "proxy",
    "the proxy on the way cannot be reached; check HTTP_PROXY and HTTPS_PROXY",
  ],
  [
    /tcp connect error/i,
    "refused",
    "nothing accepts connections there (refused or unreachable)",
  ],
  [
    /status code|HTTP version|connection closed before|header|upgrade|stream error/i,
    "not_websocket",
    "what answers there is not a WebSocket server",
  ],
];

/** What the settings of the manager's connection are called. */
const SETTINGS = {
  authorities: "TLS_CA_PATH",
  identity: "TLS_CERT_PATH and TLS_KEY_PATH",
};

/**
 * Over TLS, Deno 2.9 tries HTTP/1.1 and then HTTP/2, and tells only why the
 * second failed. Where it failed for want of HTTP/2, the reason is hidden.
 */
const HIDDEN = /NoApplicationProtocol|h2 alpn|HTTP\/2 not supported/;

/** How long looking for a hidden reason may take, in milliseconds. */
const PROBE_TIMEOUT = 2_000;

/** How a connection was to be made. */
export interface FailedWay {
  readonly client: Deno.HttpClient | undefined;
  /** `host:port` of the proxy on the way, if there is one. */
  readonly proxy: string | undefined;
}

/** Explains the error event of a socket that never opened. */
export async function explainFailure(
  url: URL,
  event: Event,
  { client, proxy }: FailedWay,
): Promise<ConnectError> {
  const text = event instanceof ErrorEvent ? event.message : "";
  const told = text.replace(/^.*failed to connect to WebSocket: /, "");
  const detail = HIDDEN.test(told) ? await probe(url, client) : told;
  const cause = event instanceof ErrorEvent ? event.error : undefined;
  const fail = (kind: ConnectErrorKind, meaning: string) =>
    new ConnectError(url, kind, `${meaning} (${detail})`, { cause });

  const tls = explainTlsFailure(detail);
  if (tls !== undefined) {
    const advice = tls.kind === "not_tls"
      ? "try ws:// instead of wss://"
      : adviseOnTls(tls.kind, SETTINGS);
    return fail("tls", `${tls.meaning}; ${advice}`);
  }
  const found = EXPLANATIONS.find(([pattern]) => pattern.test(detail));
  if (found === undefined) {
    const unknown = detail === "" ? "no reason was given" : detail;
    return new ConnectError(url, "other", unknown, { cause });
  }
  const [, kind, meaning] = found;
  // A proxy looks names up itself: what failed is the way to the proxy.
  if (proxy !== undefined && (kind === "name" || kind === "refused")) {
    return fail(
      "proxy",
      `the proxy "${proxy}" on the way cannot be reached; check HTTP_PROXY and HTTPS_PROXY, or name the host in NO_PROXY`,
    );
  }
  if (kind === "not_websocket" && await speaksTls(url, client)) {
    return fail(
      "tls",
      "the server speaks TLS there; try wss:// instead of ws://",
    );
  }
  // Over TLS, a proxy passes on what it does not see.
  const isSeen = proxy !== undefined && url.protocol === "ws:";
  if (isSeen && kind === "not_websocket") {
    return fail(
      kind,
      `${meaning}, or the proxy "${proxy}" on the way lets no WebSocket through`,
    );
  }
  return fail(kind, meaning);
}

/** Whether what disappoints at `ws:` is a server of `wss:`. */
async function speaksTls(
  url: URL,
  client: Deno.HttpClient | undefined,
): Promise<boolean> {
  if (url.protocol !== "ws:") return false;
  const answer = await probe(url, client);
  return /^status code/.test(answer) ||
    (explainTlsFailure(answer)?.kind ?? "not_tls") !== "not_tls";
}

/** Asks the same server by plain HTTPS, which fails for the same reason. */
async function probe(
  url: URL,
  client: Deno.HttpClient | undefined,
): Promise<string> {
  const target = new URL(url);
  target.protocol = "https:";
  // The error tells the whole URL, of which these parts may be secret.
  target.search = target.username = target.password = "";
  try {
    const response = await fetch(target, {
      ...(client && { client }),
      redirect: "manual",
      signal: AbortSignal.timeout(PROBE_TIMEOUT),
    });
    await response.body?.cancel();
    return `status code ${response.status}`;
  } catch (error) {
    const { cause = error } = error instanceof Error ? error : {};
    return cause instanceof Error ? cause.message : String(cause);
  }
}
