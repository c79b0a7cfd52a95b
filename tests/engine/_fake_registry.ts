import { delay } from "@std/async/delay";
import type { TestRegistry } from "../support/registry.ts";

/** Bytes that a slow registry lets through at a time: some 3 MB a second. */
const SLICE = 64 * 1024;

/**
 * Bytes of a layer that sockets have no room for, at any speed: who sends it is
 * still there to hang up once it has begun to arrive.
 */
export const LARGE = 32 * 1024 * 1024;

/** A web server on loopback that the engine takes for a registry. */
export class FakeRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #end = new AbortController();

  constructor(handler: (request: Request) => Response | Promise<Response>) {
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: this.#end.signal,
      onListen: () => {},
      // The engine hanging up is what some tests are about.
      onError: () => new Response(null, { status: 500 }),
    }, handler);
  }

  /** `127.0.0.1:port`, as it stands in an image's name. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#server.finished;
  }
}

/** Stands in front of a registry, and takes seconds for a layer that is large. */
export class SlowRegistry extends FakeRegistry {
  /** Settles once a layer is on its way. */
  readonly started: Promise<void>;
  /** Whether the engine hung up in the middle of a layer. */
  isCut = false;
  readonly #start: () => void;

  constructor(registry: TestRegistry) {
    super(async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers, body } = request;
      const answer = await fetch(
        `http://${registry.host}${pathname}${search}`,
        {
          method,
          headers,
          body: body && this.#slow(body),
        },
      );
      return method === "GET" && pathname.includes("/blobs/") && answer.body
        ? new Response(this.#slow(answer.body), answer)
        : answer;
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.started = promise;
    this.#start = resolve;
  }

  #slow(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.#drip(source));
  }

  async *#drip(source: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    let isWhole = false;
    let slices = 0;
    try {
      for await (const chunk of source) {
        for (let start = 0; start < chunk.length; start += SLICE) {
          yield chunk.subarray(start, start + SLICE);
          // An image's configuration passes here, too.
          if (++slices > 1) this.#start();
          await delay(20);
        }
      }
      isWhole = true;
    } finally {
      this.isCut ||= !isWhole;
    }
  }
}
