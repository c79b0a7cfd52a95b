import { BuildFailure } from "../build/failure.ts";
import { explainContextError } from "../build/context_failure.ts";
import { Secret } from "../secret/secret.ts";
import { loopbackClient } from "./loopback.ts";

/** What is to be built from: an archive, or a Dockerfile alone. */
export type PackageContent = ReadableStream<Uint8Array<ArrayBuffer>>;

/** What a {@linkcode LocalPackage} is made of. */
export interface LocalPackageOptions {
  /** Gives the content; for each download anew. */
  open(): Promise<PackageContent>;
  /**
   * Told how many more bytes were handed over; a download that is tried again
   * counts from where the ones before it came to.
   */
  onBytes?(count: number): void;
}

/**
 * Local files as a package that a worker downloads: one address on loopback
 * that nobody can guess. Nothing is kept; what is read goes out.
 */
export class LocalPackage implements AsyncDisposable {
  /** Where the worker gets it. */
  readonly url: Secret;
  /** What reaches that address. */
  readonly client: Deno.HttpClient;
  readonly #options: LocalPackageOptions;
  readonly #closing = new AbortController();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #failure: BuildFailure | undefined;
  /** Bytes of the download that came furthest. */
  #most = 0;

  constructor(options: LocalPackageOptions) {
    this.#options = options;
    const path = `/${crypto.randomUUID()}`;
    this.#server = Deno.serve(
      {
        hostname: "127.0.0.1",
        port: 0,
        signal: this.#closing.signal,
        onListen: () => {},
      },
      (request) =>
        new URL(request.url).pathname === path
          ? this.#answer()
          : new Response(null, { status: 404 }),
    );
    const { port } = this.#server.addr;
    this.url = new Secret(`http://127.0.0.1:${port}${path}`);
    this.client = loopbackClient(port);
  }

  /** Why the content could not be handed over, if it could not. */
  get failure(): BuildFailure | undefined {
    return this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.#closing.abort();
    await this.#server.finished;
  }

  async #answer(): Promise<Response> {
    try {
      const content = await this.#options.open();
      // The worker finds out what it is; a text counts as a Dockerfile so.
      const headers = { "content-type": "application/octet-stream" };
      return new Response(this.#watched(content), { headers });
    } catch (reason) {
      this.#failure = toFailure(reason);
      // A status that is not worth another try.
      return new Response(null, { status: 410 });
    }
  }

  #watched(content: PackageContent): PackageContent {
    const reader = content.getReader();
    let bytes = 0;
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          bytes += value.length;
          if (bytes > this.#most) {
            this.#options.onBytes?.(bytes - this.#most);
            this.#most = bytes;
          }
          controller.enqueue(value);
        } catch (reason) {
          this.#failure = toFailure(reason);
          controller.error(reason);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }
}

function toFailure(reason: unknown): BuildFailure {
  const failure = explainContextError(reason);
  if (failure instanceof BuildFailure) return failure;
  const detail = reason instanceof Error ? reason.message : String(reason);
  return new BuildFailure(
    "build_package_issue",
    `Cannot read what is to be built: ${detail}`,
    { cause: reason },
  );
}
