import { TelemetryError } from "./error.ts";
import { formatListenAddress, type ListenAddress } from "./listen_address.ts";

/** What is shown at one path. */
export interface Page {
  /** The status of the answer. Default 200. */
  readonly status?: number;
  /** Default: plain text. */
  readonly contentType?: string;
  readonly body: string;
}

/** Pages by their paths, made anew for every request. */
export type Pages = Readonly<Record<string, () => Page | Promise<Page>>>;

/** Options of {@linkcode servePages}. */
export interface ServePagesOptions {
  /** Told of a page that could not be made, which whoever asked is not told. */
  readonly onError?: (path: string, error: unknown) => void;
}

/** A running web server. Disposing it drops what it still has to answer. */
export interface WebServer extends AsyncDisposable {
  /** Where it listens, with the port that the system chose where it did. */
  readonly address: ListenAddress;
}

const PLAIN_TEXT = "text/plain; charset=utf-8";

/**
 * Serves pages to whoever asks, by GET and HEAD alone.
 *
 * @throws {TelemetryError} when it cannot listen there
 */
export function servePages(
  address: ListenAddress,
  pages: Pages,
  { onError = () => {} }: ServePagesOptions = {},
): WebServer {
  const closing = new AbortController();
  const serve = () =>
    Deno.serve(
      { ...address, signal: closing.signal, onListen: () => {} },
      (request) => answer(request, pages, onError),
    );
  let server: ReturnType<typeof serve>;
  try {
    server = serve();
  } catch (cause) {
    throw new TelemetryError(
      `Cannot listen on "${formatListenAddress(address)}": ${explain(cause)}`,
      { cause },
    );
  }
  return {
    address: server.addr,
    async [Symbol.asyncDispose]() {
      // Not `shutdown`, which waits for whoever does not read.
      closing.abort();
      await server.finished;
    },
  };
}

async function answer(
  request: Request,
  pages: Pages,
  onError: NonNullable<ServePagesOptions["onError"]>,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const makePage = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined;
  if (makePage === undefined) {
    return respond(request, { status: 404, body: "Not found\n" });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    const response = respond(request, {
      status: 405,
      body: "Method not allowed\n",
    });
    response.headers.set("allow", "GET, HEAD");
    return response;
  }
  try {
    return respond(request, await makePage());
  } catch (error) {
    onError(pathname, error);
    return respond(request, { status: 500, body: "Internal error\n" });
  }
}

function respond(
  { method }: Request,
  { status = 200, contentType = PLAIN_TEXT, body }: Page,
): Response {
  const bytes = new TextEncoder().encode(body);
  return new Response(method === "HEAD" ? null : bytes, {
    status,
    headers: {
      "content-type": contentType,
      "content-length": String(bytes.length),
      "cache-control": "no-store",
    },
  });
}

function explain(cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return "the port is taken, choose another one for LISTEN";
  }
  return `${cause instanceof Error ? cause.message : cause}, check LISTEN`;
}
