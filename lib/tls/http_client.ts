import type { TlsIdentity } from "./identity.ts";

/** What connections over TLS take besides what the runtime trusts. */
export interface TlsOptions {
  /**
   * Certificate authorities, in PEM, that are trusted beside the runtime's own.
   * There is no way to take those away but the runtime's environment.
   */
  readonly authorities?: string | undefined;
  /** What this side shows of itself to a server that asks. */
  readonly identity?: TlsIdentity | undefined;
}

/**
 * Makes a client for `fetch` and `WebSocket`. The caller closes it. Which
 * proxies it goes through, the runtime (Deno 2.9) takes from `HTTP_PROXY`,
 * `HTTPS_PROXY` and `NO_PROXY` of the environment by itself.
 *
 * @param options what else the runtime shall know of the client
 */
export function createTlsClient(
  { authorities, identity }: TlsOptions,
  options: Deno.CreateHttpClientOptions = {},
): Deno.HttpClient {
  return Deno.createHttpClient({
    ...options,
    ...(authorities !== undefined && { caCerts: [authorities] }),
    ...(identity !== undefined && {
      cert: identity.certificates,
      key: identity.key.reveal(),
    }),
  });
}
