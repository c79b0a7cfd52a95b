import { ConnectError, type ConnectErrorKind } from "./connect_error.ts";

/** What Deno 2.9 says of a failed connection, and what it means. */
const EXPLANATIONS: readonly (readonly [RegExp, ConnectErrorKind, string])[] = [
  [/dns error/i, "name", "the host's name cannot be resolved"],
  [
    /tcp connect error/i,
    "refused",
    "nothing accepts connections there (refused or unreachable)",
  ],
  [
    /InvalidContentType/,
    "tls",
    "the server does not speak TLS there; try ws:// instead of wss://",
  ],
  [
    /certificate|tls|fatal alert/i,
    "tls",
    "no secure connection could be agreed on",
  ],
  [
    /status code|HTTP version|connection closed before|header|upgrade/i,
    "not_websocket",
    "what answers there is not a WebSocket server",
  ],
];

/**
 * Over TLS, Deno 2.9 tries HTTP/1.1 and then HTTP/2, and tells only why the
 * second failed. Where it failed for want of HTTP/2, the reason is hidden.
 */
const HIDDEN = /NoApplicationProtocol|h2 alpn|HTTP\/2 not supported/;

/** How long looking for a hidden reason may take, in milliseconds. */
const PROBE_TIMEOUT = 2_000;

/** Explains the error event of a socket that never opened. */
export async function explainFailure(
  url: URL,
  event: Event,
  client: Deno.HttpClient | undefined,
): Promise<ConnectError> {
  const text = event instanceof ErrorEvent ? event.message : "";
  const told = text.replace(/^.*failed to connect to WebSocket: /, "");
  const detail = HIDDEN.test(told) ? await probe(url, client) : told;
  const cause = event instanceof ErrorEvent ? event.error : undefined;
  for (const [pattern, kind, meaning] of EXPLANATIONS) {
    if (pattern.test(detail)) {
      return new ConnectError(url, kind, `${meaning} (${detail})`, { cause });
    }
  }
  const unknown = detail === "" ? "no reason was given" : detail;
  return new ConnectError(url, "other", unknown, { cause });
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
