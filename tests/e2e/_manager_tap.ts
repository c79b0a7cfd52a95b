/**
 * Stands between workers and their Build Manager, and keeps every message that
 * a worker sends, as it was sent.
 */
export class ManagerTap implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #sent: string[] = [];
  readonly #closed: Promise<void>[] = [];

  /** @param managerUrl where the manager itself listens */
  constructor(managerUrl: string) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request, managerUrl),
    );
  }

  /** What a worker has to be given as `ENDPOINT`. */
  get url(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}`;
  }

  /** All messages of all workers so far, in the order they came. */
  get sent(): readonly string[] {
    return this.#sent;
  }

  /** Waits for the workers to leave. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#closed);
    await this.#server.shutdown();
  }

  async #answer(request: Request, managerUrl: string): Promise<Response> {
    const protocol = request.headers.get("sec-websocket-protocol") ?? "";
    const manager = new WebSocket(managerUrl, protocol);
    await new Promise((resolve) => manager.onopen = resolve);
    const { socket: worker, response } = Deno.upgradeWebSocket(request, {
      protocol,
    });
    worker.onmessage = ({ data }) => {
      this.#sent.push(String(data));
      pass(data, manager);
    };
    manager.onmessage = ({ data }) => pass(data, worker);
    this.#closed.push(closed(worker, manager), closed(manager, worker));
    return response;
  }
}

function pass(data: unknown, to: WebSocket): void {
  if (to.readyState === WebSocket.OPEN) to.send(String(data));
}

/** Closes `other` together with `socket`, and tells when. */
function closed(socket: WebSocket, other: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.onclose = () => {
      other.close();
      resolve();
    };
  });
}
