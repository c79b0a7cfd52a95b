import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { DEFAULT_LIMITS } from "../limits.ts";
import { SUBPROTOCOL } from "../web_socket_peer.ts";
import { WebSocketServerPeer } from "./web_socket_server_peer.ts";

/** What a server of `wss:` shows, and wants to see. */
export interface ListenTls {
  /** Certificate chain, in PEM. */
  readonly cert: string;
  /** Private key, in PEM. */
  readonly key: string;
  /**
   * Authority, in PEM, that the clients' certificates must be of. Default: no
   * client is asked for one.
   */
  readonly clientAuthority?: string;
}

/** Options of {@linkcode listenWebSocket}. */
export interface ListenWebSocketOptions {
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Listens for `wss:` instead of `ws:`. */
  readonly tls?: ListenTls;
}

/** Takes WAMP connections. */
export interface WebSocketListener extends AsyncDisposable {
  /** Where it listens, without a path: any path is served. */
  readonly url: string;
  readonly port: number;
  /** Takes no more connections; those made are their owners' to close. */
  close(): Promise<void>;
}

/**
 * Listens for WAMP clients over WebSocket. `onPeer` gets each connection and
 * the path that it was made to.
 *
 * The runtime's own server cannot drop a WebSocket without a farewell, which
 * the real router does; hence the package `ws`, which reads the environment
 * variables `WS_NO_BUFFER_UTIL` and `WS_NO_UTF_8_VALIDATE` when it is loaded.
 */
export async function listenWebSocket(
  onPeer: (peer: WebSocketServerPeer, path: string) => void,
  { hostname = "127.0.0.1", port = 0, tls }: ListenWebSocketOptions = {},
): Promise<WebSocketListener> {
  const server = tls === undefined ? createServer() : createTls(tls);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 3 * DEFAULT_LIMITS.maxLength,
    handleProtocols: () => SUBPROTOCOL,
  });
  server.on("request", (_request, response) => {
    response.writeHead(426, { upgrade: "websocket" }).end();
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head) => {
    if (!offersWamp(request)) {
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened: WebSocket) => {
      onPeer(new WebSocketServerPeer(opened), request.url ?? "/");
    });
  });
  const bound = await listen(server, hostname, port);
  return new Listener(server, `${tls ? "wss" : "ws"}://${hostname}`, bound);
}

function createTls({ cert, key, clientAuthority }: ListenTls): Server {
  return createTlsServer({
    cert,
    key,
    ...(clientAuthority && { ca: clientAuthority, requestCert: true }),
  });
}

function offersWamp({ headers }: IncomingMessage): boolean {
  const offered = headers["sec-websocket-protocol"]?.split(",") ?? [];
  return offered.some((name) => name.trim() === SUBPROTOCOL);
}

function listen(
  server: Server,
  hostname: string,
  port: number,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(port, hostname, () => {
    server.off("error", reject);
    const address = server.address();
    resolve(typeof address === "object" && address ? address.port : port);
  });
  return promise;
}

class Listener implements WebSocketListener {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;

  constructor(server: Server, origin: string, port: number) {
    this.#server = server;
    this.url = `${origin}:${port}`;
    this.port = port;
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
