import { encodeBase64 } from "@std/encoding";

import type { Certificate } from "./certificates.ts";

/** Options of {@linkcode GitHttpServer}. */
export interface GitHttpOptions {
  /** Directory that holds the repositories. */
  readonly root: string;
  /**
   * `smart`: git's protocol 2, which gives any commit (the default);
   * `old`: its first protocol, which gives what branches and tags point to;
   * `dumb`: plain files.
   */
  readonly protocol?: "smart" | "old" | "dumb";
  /** Settings of git at the server, such as `uploadpack.allowAnySHA1InWant`. */
  readonly config?: Readonly<Record<string, string>>;
  /** The only user. Default: anyone may read. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Serves over TLS with this certificate. Default: without TLS. */
  readonly certificate?: Pick<Certificate, "cert" | "key">;
  /** Bytes of a pack after which nothing more comes. */
  readonly stallAfter?: number;
  /** Large files that the server has, by hash. */
  readonly lfsObjects?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

const BACKEND = "/usr/lib/git-core/git-http-backend";
const LFS_TYPE = "application/vnd.git-lfs+json";

/** Git's own HTTP server (`git http-backend`) on a port of loopback. */
export class GitHttpServer implements AsyncDisposable {
  readonly #options: GitHttpOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Requests so far, as `GET /path`. */
  readonly requests: string[] = [];
  /** Logins that came with requests, as they were sent. */
  readonly logins: string[] = [];
  /** Bytes of bodies that were sent so far. */
  sentBytes = 0;
  #stallsAfter: number;
  readonly #closed = new AbortController();
  readonly #stalled = Promise.withResolvers<void>();
  readonly #backends: Promise<unknown>[] = [];

  constructor(options: GitHttpOptions) {
    this.#options = options;
    this.#stallsAfter = options.stallAfter ?? Infinity;
    const { cert, key } = options.certificate ?? {};
    const tls = cert && key ? { cert, key } : {};
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls },
      (request) => this.#answer(request),
    );
  }

  /** Settles when a body has stalled. */
  get stalled(): Promise<void> {
    return this.#stalled.promise;
  }

  /** Lets nothing more come. */
  stall(): void {
    this.#stallsAfter = 0;
  }

  /** `host:port`. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** The URL of a repository, or of another path. */
  url(path: string): string {
    const scheme = this.#options.certificate ? "https" : "http";
    return `${scheme}://${this.host}/${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#server.shutdown();
    await Promise.all(this.#backends);
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    const given = request.headers.get("authorization");
    if (given !== null) this.logins.push(given);
    const { login, protocol } = this.#options;
    const expected = login &&
      `Basic ${encodeBase64(`${login.username}:${login.password}`)}`;
    if (expected && given !== expected) {
      await request.body?.cancel();
      return new Response("Who are you?", {
        status: 401,
        headers: { "www-authenticate": 'Basic realm="git"' },
      });
    }
    if (url.pathname.includes("/objects/batch")) return this.#lfsBatch(request);
    const object = /^\/lfs\/(\w+)$/.exec(url.pathname)?.[1];
    if (object !== undefined) {
      return new Response(this.#options.lfsObjects?.get(object));
    }
    const response = protocol === "dumb"
      ? await this.#file(url)
      : await this.#backend(request, url);
    const body = response.body?.pipeThrough(this.#counter());
    return new Response(body, response);
  }

  async #file(url: URL): Promise<Response> {
    try {
      const path = this.#options.root + decodeURIComponent(url.pathname);
      return new Response((await Deno.open(path)).readable);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return new Response(null, { status: 404 });
    }
  }

  /** Runs the backend as RFC 3875 (CGI) says. */
  async #backend(request: Request, url: URL): Promise<Response> {
    const { root, protocol, config = {} } = this.#options;
    const header = (name: string) => request.headers.get(name) ?? "";
    const settings = Object.entries(config);
    const child = new Deno.Command(BACKEND, {
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
        HOME: "/nonexistent",
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_PROJECT_ROOT: root,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_COUNT: String(settings.length),
        ...Object.fromEntries(settings.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ])),
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        REMOTE_ADDR: "127.0.0.1",
        CONTENT_TYPE: header("content-type"),
        HTTP_CONTENT_ENCODING: header("content-encoding"),
        ...(protocol !== "old" && { GIT_PROTOCOL: header("git-protocol") }),
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      signal: this.#closed.signal,
    }).spawn();
    this.#backends.push(
      child.status,
      // A client that goes away is none of the server's errors.
      (request.body?.pipeTo(child.stdin) ?? child.stdin.close())
        .catch(() => {}),
    );
    return await readCgi(child.stdout);
  }

  #counter(): TransformStream<Uint8Array, Uint8Array> {
    let sent = 0;
    return new TransformStream({
      transform: async (chunk, controller) => {
        if (sent + chunk.length > this.#stallsAfter) {
          this.#stalled.resolve();
          await this.#untilClosed();
        }
        sent += chunk.length;
        this.sentBytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
  }

  #untilClosed(): Promise<void> {
    const { signal } = this.#closed;
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  }

  /** Git LFS, "Batch API": where each object can be had. */
  async #lfsBatch(request: Request): Promise<Response> {
    const { objects } = await request.json() as {
      objects: { oid: string; size: number }[];
    };
    const answers = objects.map((object) => ({
      ...object,
      ...(this.#options.lfsObjects?.has(object.oid)
        ? { actions: { download: { href: this.url(`lfs/${object.oid}`) } } }
        : { error: { code: 404, message: "Object does not exist" } }),
    }));
    return Response.json({ transfer: "basic", objects: answers }, {
      headers: { "content-type": LFS_TYPE },
    });
  }
}

/** Splits what a CGI program prints into headers and body. */
async function readCgi(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const reader = output.getReader();
  let start = new Uint8Array();
  let text = "";
  let end = -1;
  while (end < 0) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`No HTTP headers in "${text}"`);
    start = new Uint8Array([...start, ...value]);
    text = new TextDecoder("latin1").decode(start);
    end = text.indexOf("\r\n\r\n");
  }
  const headers = new Headers(
    text.slice(0, end).split("\r\n").map((line): [string, string] => {
      const [name = "", value = ""] = line.split(/: *(.*)/);
      return [name, value];
    }),
  );
  const status = Number.parseInt(headers.get("status") ?? "200");
  headers.delete("status");
  const body = async function* () {
    try {
      yield start.slice(end + 4);
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel();
    }
  };
  return new Response(ReadableStream.from(body()), { status, headers });
}
