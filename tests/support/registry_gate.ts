import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

/** What becomes of a request to a registry. */
export type GateAction =
  /** Answered by the registry itself. */
  | { readonly kind: "pass" }
  /** Waits until the gate is opened, and is then decided about anew. */
  | { readonly kind: "hold" }
  /** Answered with a status, as by a registry in trouble. */
  | {
    readonly kind: "status";
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }
  /** The connection is cut without an answer. */
  | { readonly kind: "cut" };

/** A request that a {@linkcode RegistryGate} decides about. */
export interface GateRequest {
  readonly method: string;
  /** Path of the registry's API: `/v2/e2e/base/manifests/latest`. */
  readonly path: string;
}

/** Decides what becomes of requests. */
export type GateRule = (request: GateRequest) => GateAction;

const PASS: GateRule = () => ({ kind: "pass" });

/**
 * A registry's unreliable front on an ephemeral port of loopback: passes
 * requests on to the real registry behind it, or does worse.
 */
export class RegistryGate implements AsyncDisposable {
  readonly #server: Server;
  readonly #upstream: URL;
  #rule = PASS;
  #opened = Promise.withResolvers<void>();
  /** Requests so far, as `GET /v2/`. */
  readonly requests: string[] = [];

  private constructor(upstream: string) {
    this.#upstream = new URL(`http://${upstream}`);
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method} ${pathOf(request)}`);
      this.#answer(request, response).catch(() => request.socket.destroy());
    });
  }

  /** @param upstream `host:port` of the registry behind it */
  static async start(upstream: string): Promise<RegistryGate> {
    const gate = new RegistryGate(upstream);
    const { promise, resolve } = Promise.withResolvers<void>();
    gate.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    return gate;
  }

  /** `127.0.0.1:port`, as it stands in an image's name. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Decides about every request from now on. */
  set rule(rule: GateRule) {
    this.#rule = rule;
  }

  /**
   * Lets go on what is held.
   *
   * @param rule decides about that, and what follows. Default: all passes
   */
  open(rule: GateRule = PASS): void {
    this.#rule = rule;
    this.#opened.resolve();
    this.#opened = Promise.withResolvers();
  }

  /** Cuts all connections, and accepts no more. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    this.open(() => ({ kind: "cut" }));
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.close();
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const action = this.#rule({
      method: request.method ?? "GET",
      path: pathOf(request),
    });
    switch (action.kind) {
      case "pass":
        return await this.#forward(request, response);
      case "hold":
        await this.#opened.promise;
        return await this.#answer(request, response);
      case "status":
        request.resume();
        response.writeHead(action.status, { ...action.headers });
        response.end(action.body);
        return;
      case "cut":
        request.socket.destroy();
    }
  }

  async #forward(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<
      IncomingMessage
    >();
    const { method, url, headers } = request;
    // With the host that was asked for, the registry's redirects lead here.
    const upward = send(this.#upstream, { method, path: url, headers }, resolve)
      .on("error", reject);
    const [answer] = await Promise.all([promise, pipeline(request, upward)]);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  }
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return new URL(url, "http://registry").pathname;
}
