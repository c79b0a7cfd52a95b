import { createTlsClient, type TlsOptions } from "../tls/http_client.ts";
import type { EngineAddress } from "./address.ts";

/**
 * Makes what `fetch` reaches an engine through. The runtime (Deno 2.9) takes no
 * proxy on the way to a socket, and those of the environment on the way to a
 * host, as the docker command line does.
 *
 * @throws {Deno.errors.NotCapable} when Deno may not open the engine's socket.
 */
export function createHttpClient(
  address: EngineAddress,
  tls: TlsOptions,
): Deno.HttpClient {
  switch (address.kind) {
    case "unix":
      return Deno.createHttpClient({
        proxy: { transport: "unix", path: address.path },
      });
    case "tcp":
      return createTlsClient(tls, { http2: false });
  }
}
