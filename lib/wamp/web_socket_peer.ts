import { SocketPeer } from "./_socket_peer.ts";
import { explainFailure } from "./_explain_failure.ts";
import { ConnectError } from "./connect_error.ts";
import type { MessageLimits } from "./limits.ts";
import type { Peer } from "./peer.ts";

/**
 * WAMP over WebSocket with one JSON message a text frame.
 *
 * @see {@link https://www.iana.org/assignments/websocket/websocket.xhtml}
 */
export const SUBPROTOCOL = "wamp.2.json";

/** Options of {@linkcode connectWebSocket}. */
export interface ConnectWebSocketOptions {
  /** Proxy, certificates and the like. */
  readonly client?: Deno.HttpClient;
  /**
   * `host:port` of the proxy that the runtime goes through, for the message of
   * a failure. Default: none.
   */
  readonly proxy?: string | undefined;
  /** How long the connection may take to be made, in ms. Default 10,000. */
  readonly timeout?: number;
  /** How long `close` waits for the other side, in ms. Default 2,000. */
  readonly closeTimeout?: number;
  /**
   * Most bytes that may wait to be sent before the connection is given up for
   * dead. Default 64 MiB.
   */
  readonly maxBuffered?: number;
  /** How much a received message may hold. */
  readonly limits?: MessageLimits;
  readonly signal?: AbortSignal;
}

/**
 * Connects to a router with the runtime's own WebSocket.
 *
 * @throws {ConnectError} when no connection can be made; its message says why.
 * @throws {TypeError} when `url` is not a `ws:` or `wss:` URL.
 */
export async function connectWebSocket(
  url: string | URL,
  options: ConnectWebSocketOptions = {},
): Promise<Peer> {
  const { client, proxy, timeout = 10_000, signal } = options;
  const target = parseUrl(url);
  signal?.throwIfAborted();
  const protocols = [SUBPROTOCOL];
  const socket = new WebSocket(
    target,
    client === undefined ? protocols : { protocols, client },
  );

  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = (event) =>
    void explainFailure(target, event, { client, proxy }).then(reject);
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const timer = setTimeout(
    () =>
      reject(
        new ConnectError(target, "timeout", `no answer within ${timeout} ms`),
      ),
    timeout,
  );
  try {
    await opened;
    // The standard has the client fail on a missing subprotocol; Deno opens.
    if (socket.protocol !== SUBPROTOCOL) {
      const got = socket.protocol === "" ? "none" : `"${socket.protocol}"`;
      throw new ConnectError(
        target,
        "subprotocol",
        `the server does not speak "${SUBPROTOCOL}" (it chose ${got})`,
      );
    }
    return new SocketPeer(socket, options);
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function parseUrl(url: string | URL): URL {
  const parsed = URL.parse(url);
  if (parsed?.protocol === "ws:" || parsed?.protocol === "wss:") {
    return parsed;
  }
  throw new TypeError(
    "Cannot connect: the address must be a ws:// or wss:// URL",
  );
}
