import { readErrorText } from "./_error_text.ts";
import { Relay } from "./_relay.ts";
import { describeStranger } from "./_stranger.ts";
import { toTransportError } from "./_transport_error.ts";
import type { EngineAddress } from "./address.ts";
import { EngineHttpError, EngineProtocolError } from "./errors.ts";

/** One HTTP request, and what the errors of it have to tell. */
export interface Exchange {
  readonly action: string;
  readonly address: EngineAddress;
  /** `host:port` of the proxy on the way to it, if there is one. */
  readonly proxy: string | undefined;
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: ReadableStream<Uint8Array> | undefined;
  readonly client: Deno.HttpClient;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends one request and returns the answer to it when that is a success. The
 * request's body is stopped as soon as the answer makes the rest of it useless.
 *
 * @throws {EngineError} of kind `unavailable`, `http` or `protocol`; so does
 * reading the answer's body.
 */
export async function exchange(
  { action, address, proxy, url, method, headers, body, client, signal }:
    Exchange,
): Promise<Response> {
  let failure: { readonly error: unknown } | undefined;
  const upload = body && new Relay(body, {
    toError: (error) => {
      // What the source failed with, `fetch` would call a network error.
      failure = { error };
      return error;
    },
  });
  let download: Relay | undefined;
  const request = new AbortController();
  const abort = () => {
    request.abort(signal?.reason);
    // Deno 2.9 forgets the signal of an answer once its Response is collected.
    download?.stop(signal?.reason);
  };
  const end = async (reason?: unknown) => {
    signal?.removeEventListener("abort", abort);
    await upload?.stop(reason);
  };
  const toError = (error: unknown) => {
    if (signal?.aborted) return signal.reason;
    if (failure !== undefined) return failure.error;
    return toTransportError(error, { action, address });
  };

  try {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", abort, { once: true });
    const response = await fetch(url, {
      method,
      headers,
      body: upload?.stream ?? null,
      redirect: "manual",
      signal: request.signal,
      client,
    }).catch((error) => Promise.reject(toError(error)));
    const { status } = response;
    if (status < 200 || status > 599) {
      await response.body?.cancel();
      const detail =
        `the answer has the status ${status}, which is none of HTTP`;
      throw new EngineProtocolError(detail, { action });
    }
    if (response.body === null) await end();
    else download = new Relay(response.body, { toError, onEnd: end });
    const answer = new Response(download?.stream ?? null, response);
    if (response.ok) return answer;
    const { text, isEngines } = await readErrorText(answer);
    // What a ping meets need be no engine.
    const isKnown = isEngines || !url.pathname.endsWith("/_ping");
    const detail = text !== undefined && isKnown
      ? text
      : describeStranger({ address, proxy, status, words: text });
    throw new EngineHttpError(detail, { action, status });
  } catch (error) {
    await end(error);
    throw error;
  }
}
