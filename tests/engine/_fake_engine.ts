import { join } from "node:path";
import type { EngineClient } from "../../lib/engine/client.ts";
import { connect, ENGINE } from "./_support.ts";

/** An HTTP server on a unix socket of its own, in place of an engine. */
export class FakeEngine implements AsyncDisposable {
  /** Talks to it. */
  readonly client: EngineClient;
  readonly #directory = Deno.makeTempDirSync({ prefix: "test-engine-" });
  readonly #server: Deno.HttpServer;
  readonly #end = new AbortController();
  readonly #engine = Deno.createHttpClient({
    proxy: { transport: "unix", path: ENGINE.replace("unix://", "") },
  });

  /** `handler` may ask the real engine what to answer. */
  constructor(
    handler: (
      request: Request,
      forward: () => Promise<Response>,
    ) => Response | Promise<Response>,
  ) {
    const path = join(this.#directory, "engine.sock");
    this.#server = Deno.serve(
      { path, signal: this.#end.signal, onListen: () => {} },
      (request) => handler(request, () => this.#forward(request)),
    );
    this.client = connect(`unix://${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.#end.abort();
    await this.#server.finished;
    this.#engine.close();
    await Deno.remove(this.#directory, { recursive: true });
  }

  #forward({ url, method, headers, body }: Request): Promise<Response> {
    const { pathname, search } = new URL(url);
    return fetch(`http://localhost${pathname}${search}`, {
      method,
      headers,
      body,
      client: this.#engine,
    });
  }
}

/** A server on a unix socket of its own that decides about every byte. */
export class RawEngine implements AsyncDisposable {
  /** Talks to it. */
  readonly client: EngineClient;
  readonly #directory = Deno.makeTempDirSync({ prefix: "test-engine-" });
  readonly #listener: Deno.UnixListener;
  readonly #connections = new Set<Deno.UnixConn>();
  readonly #served: Promise<void>;

  constructor(serve: (connection: Deno.UnixConn) => Promise<void>) {
    const path = join(this.#directory, "engine.sock");
    this.#listener = Deno.listen({ transport: "unix", path });
    this.#served = this.#accept(serve);
    this.client = connect(`unix://${path}`);
  }

  /** Passes everything between its client and the real engine. */
  static proxy(): RawEngine {
    return new RawEngine(async (connection) => {
      const path = ENGINE.replace("unix://", "");
      using engine = await Deno.connect({ transport: "unix", path });
      const back = engine.readable
        .pipeTo(connection.writable, { preventClose: true })
        .catch(() => {});
      await connection.readable
        .pipeTo(engine.writable, { preventClose: true })
        .catch(() => {});
      await back;
    });
  }

  /** Cuts all connections. */
  cut(): void {
    for (const connection of this.#connections) close(connection);
    this.#connections.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.#listener.close();
    this.cut();
    await this.#served;
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #accept(
    serve: (connection: Deno.UnixConn) => Promise<void>,
  ): Promise<void> {
    const running: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      running.push(serve(connection).catch(() => {}));
    }
    await Promise.all(running);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed by the one who served it.
  }
}
