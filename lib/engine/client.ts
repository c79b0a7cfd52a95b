import type { TlsOptions } from "../tls/http_client.ts";
import { type ApiVersion, formatApiVersion } from "./_api_version.ts";
import { exchange } from "./_exchange.ts";
import { createHttpClient } from "./_http_client.ts";
import { negotiateApiVersion } from "./_negotiate.ts";
import { toTransportError } from "./_transport_error.ts";
import { baseUrl, type EngineAddress } from "./address.ts";
import { EngineHttpError } from "./errors.ts";

/** Options of {@linkcode EngineClient}. */
export interface EngineClientOptions {
  /** Used when the address is secure. */
  tls?: TlsOptions;
  /** `host:port` of the proxy on the way, for messages. Default: none. */
  proxy?: string | undefined;
}

/** Options that every call of the engine takes. */
export interface EngineCallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** One request to the engine. */
export interface EngineRequest extends EngineCallOptions {
  /** What it is for, as it reads after "Cannot" in an error: `pull image "x"`. */
  action: string;
  /** Default `GET`. */
  method?: "GET" | "POST" | "DELETE";
  /** The endpoint's path without the version: `/images/json`. */
  path: string;
  query?: URLSearchParams;
  headers?: Record<string, string>;
  /** Read to its end, or cancelled when the engine does not take it all. */
  body?: ReadableStream<Uint8Array>;
}

/**
 * The line to one Docker engine. It settles on an API version with the first
 * request, and anew when the engine was replaced by another.
 */
export class EngineClient implements AsyncDisposable {
  readonly address: EngineAddress;
  readonly #tls: TlsOptions;
  readonly #proxy: string | undefined;
  #http: Deno.HttpClient | undefined;
  #version: ApiVersion | undefined;
  #isClosed = false;

  constructor(address: EngineAddress, options: EngineClientOptions = {}) {
    this.address = address;
    this.#tls = options.tls ?? {};
    this.#proxy = options.proxy;
  }

  /**
   * Sends a request and returns the answer when its status says that the engine
   * accepted it. Reading the answer's body fails with the same errors. Whoever
   * gets the answer reads its body to the end or cancels it.
   *
   * @throws {EngineError} of kind `unavailable`, `http`, `protocol` or `version`.
   * @throws the signal's reason, or what reading `body` failed with, as it is.
   */
  async request(request: EngineRequest): Promise<Response> {
    const { body } = request;
    try {
      // A body cannot be sent twice, so the version is made sure of beforehand.
      if (body !== undefined) this.#version = undefined;
      return await this.#sendVersioned(request);
    } catch (error) {
      if (body === undefined && isVersionRefusal(error)) {
        this.#version = undefined;
        return await this.#sendVersioned(request);
      }
      if (body?.locked === false) await body.cancel(error).catch(() => {});
      throw error;
    }
  }

  /** The API version spoken with the engine, such as `1.41`. */
  async apiVersion(options: EngineCallOptions = {}): Promise<string> {
    const request = { ...options, action: "agree on an API version" };
    return formatApiVersion(await this.#negotiate(request));
  }

  /** Closes the connections; calling it again does nothing. */
  close(): void {
    this.#isClosed = true;
    this.#http?.close();
    this.#http = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #sendVersioned(request: EngineRequest): Promise<Response> {
    const version = formatApiVersion(await this.#negotiate(request));
    return await this.#send(request, `/v${version}${request.path}`);
  }

  async #negotiate(
    { action, signal }: Pick<EngineRequest, "action" | "signal">,
  ): Promise<ApiVersion> {
    return this.#version ??= await negotiateApiVersion(
      (path) => this.#send({ action, path, signal }, path),
      { action, address: this.address, proxy: this.#proxy },
    );
  }

  #send(request: EngineRequest, path: string): Promise<Response> {
    const { action, signal, body, method = "GET", headers = {} } = request;
    const url = new URL(path, baseUrl(this.address));
    url.search = request.query?.toString() ?? "";
    return exchange({
      action,
      address: this.address,
      proxy: this.#proxy,
      url,
      method,
      headers,
      body,
      client: this.#client(action),
      signal,
    });
  }

  /** Made with the first request, so that a lacking permission is its failure. */
  #client(action: string): Deno.HttpClient {
    if (this.#isClosed) {
      throw new TypeError(`Cannot ${action}: the engine's client is closed`);
    }
    try {
      return this.#http ??= createHttpClient(this.address, this.#tls);
    } catch (error) {
      throw toTransportError(error, { action, address: this.address });
    }
  }
}

function isVersionRefusal(error: unknown): boolean {
  return error instanceof EngineHttpError && error.status === 400 &&
    /client version \S+ is too (old|new)/.test(error.detail);
}
