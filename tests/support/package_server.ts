/** What a {@linkcode PackageServer} answers at one path. */
export interface ServedPackage {
  readonly body: BodyInit;
  readonly contentType?: string;
  /** Default 200. */
  readonly status?: number;
}

/** A web server on loopback that build packages are downloaded from. */
export class PackageServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #packages = new Map<string, ServedPackage>();
  #served = 0;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** Serves a package under a new path; returns its URL, as if signed. */
  add(served: ServedPackage): string {
    const path = `/package-${this.#packages.size + 1}`;
    this.#packages.set(path, served);
    return `http://127.0.0.1:${this.#server.addr.port}${path}?Signature=s1gned-packag3-url`;
  }

  /** How many requests were answered. */
  get served(): number {
    return this.#served;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }

  #answer(path: string): Response {
    this.#served++;
    const served = this.#packages.get(path);
    if (!served) return new Response("no such package", { status: 404 });
    const { body, contentType, status = 200 } = served;
    const headers = contentType ? { "content-type": contentType } : {};
    // A string body would get a content type of its own.
    const bytes = typeof body === "string"
      ? new TextEncoder().encode(body)
      : body;
    return new Response(bytes, { status, headers });
  }
}
