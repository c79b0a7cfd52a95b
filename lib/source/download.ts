import { delay } from "@std/async/delay";
import { BuildFailure } from "../build/failure.ts";
import { type Proxies, proxyFor } from "../network/proxies.ts";
import type { Secret } from "../secret/secret.ts";
import { TimeLimitError, Watchdog } from "../time/watchdog.ts";
import {
  DownloadError,
  toDownloadFailure,
  toStatusError,
  toTransferError,
} from "./_download_error.ts";
import { fetchFollowing } from "./_redirects.ts";

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  /** Client of the requests, for a proxy or a CA. Default: the runtime's own. */
  readonly client?: Deno.HttpClient | undefined;
  /** Those that the client goes through, for messages. Default: none. */
  readonly proxies?: Proxies | undefined;
  /** Longest silence of the server, in milliseconds. Default: one minute. */
  readonly idleTimeout?: number | undefined;
  /** Longest time of one try, in milliseconds. Default: one hour. */
  readonly totalTimeout?: number | undefined;
  /** Tries in all, for what may pass. Default: 3. */
  readonly maxAttempts?: number | undefined;
  /** Wait before the second try, in milliseconds. Default: one second. */
  readonly minRetryDelay?: number | undefined;
  /** Takes secrets out of what servers say. Default: nothing. */
  readonly redact?: ((text: string) => string) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a server sends. */
export interface Download {
  /**
   * The bytes as the server stores them. Must be read to its end or cancelled;
   * it errors with a `BuildFailure`, or with the signal's reason.
   */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Media type in lower case, without parameters. */
  readonly contentType: string | undefined;
  /** Bytes that the server promises; who reads the body must check. */
  readonly contentLength: number | undefined;
}

const DEFAULT_IDLE_TIMEOUT = 60_000;
const DEFAULT_TOTAL_TIMEOUT = 60 * 60_000;
const DEFAULT_MAX_ATTEMPTS = 3;
const DEFAULT_MIN_RETRY_DELAY = 1_000;

/**
 * Begins to download a build package over HTTP. Follows redirects, but not
 * from HTTPS to HTTP; tries again where a server is unreachable or overloaded,
 * but not once the body has begun.
 *
 * @throws {BuildFailure} `build_package_issue`, without the URL's secrets
 * @throws the signal's reason when it aborts
 */
export async function download(
  url: Secret,
  options: DownloadOptions = {},
): Promise<Download> {
  const { signal } = options;
  const target = URL.parse(url.reveal());
  if (!target || !/^https?:$/.test(target.protocol)) {
    throw new BuildFailure(
      "build_package_issue",
      "Cannot load the build package: expected a URL that begins with https:// or http://",
    );
  }
  signal?.throwIfAborted();
  const attempts = options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS;
  const firstDelay = options.minRetryDelay ?? DEFAULT_MIN_RETRY_DELAY;
  for (let attempt = 1;; attempt++) {
    try {
      return await request(target, options);
    } catch (error) {
      const passing = error instanceof DownloadError && error.retriable;
      if (!passing || attempt === attempts) throw toFailure(error, target);
      await delay(firstDelay * 2 ** (attempt - 1), signal ? { signal } : {});
    }
  }
}

/** Sends one request and waits for the first bytes of a good answer. */
async function request(url: URL, options: DownloadOptions): Promise<Download> {
  using stack = new DisposableStack();
  const watchdog = stack.use(
    new Watchdog({
      idleTimeout: options.idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
      totalTimeout: options.totalTimeout ?? DEFAULT_TOTAL_TIMEOUT,
      signal: options.signal,
    }),
  );
  try {
    const response = await fetchFollowing(url, {
      // Who reads a package knows its compression; a declared length is only
      // that of what is sent.
      headers: { "accept-encoding": "identity" },
      signal: watchdog.signal,
      client: options.client,
    });
    if (response.status !== 200 || !response.body) {
      throw await toStatusError(response, options);
    }
    const { headers } = response;
    const type = headers.get("content-type")?.split(";", 1)[0]?.trim();
    const length = headers.get("content-length");
    stack.move();
    return {
      body: guard(response.body, watchdog, url),
      contentType: type?.toLowerCase() || undefined,
      contentLength: length === null ? undefined : Number(length),
    };
  } catch (error) {
    watchdog.signal.throwIfAborted();
    if (error instanceof DownloadError) throw error;
    throw toTransferError(error, proxyFor(url, options.proxies ?? {}));
  }
}

/** Watches over a body's silence, and explains what breaks it. */
function guard(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  watchdog: Watchdog,
  url: URL,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const { signal } = watchdog;
  // Deno 2.9 forgets the signal of an answer once its Response is collected.
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  // The time in which nobody reads is not the server's.
  watchdog.pause();
  return new ReadableStream({
    async pull(controller) {
      watchdog.touch();
      try {
        const { value, done } = await reader.read();
        signal.throwIfAborted();
        watchdog.pause();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(
          toFailure(
            signal.aborted ? signal.reason : toTransferError(error),
            url,
          ),
        );
      }
      watchdog[Symbol.dispose]();
    },
    async cancel(reason) {
      watchdog[Symbol.dispose]();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

function toFailure(error: unknown, url: URL): unknown {
  return error instanceof DownloadError || error instanceof TimeLimitError
    ? toDownloadFailure(error, url.host)
    : error;
}
