import type { EngineAddress } from "./address.ts";
import type { EngineTls } from "./tls.ts";

/** The URL that an engine's endpoints are below. */
export function baseUrl(address: EngineAddress): string {
  switch (address.kind) {
    case "unix":
      return "http://localhost";
    case "tcp":
      return `${
        address.secure ? "https" : "http"
      }://${address.hostname}:${address.port}`;
  }
}

/**
 * Makes what `fetch` reaches an engine through.
 *
 * @throws {Deno.errors.NotCapable} when Deno may not open the engine's socket.
 */
export function createHttpClient(
  address: EngineAddress,
  tls: EngineTls,
): Deno.HttpClient {
  switch (address.kind) {
    case "unix":
      return Deno.createHttpClient({
        proxy: { transport: "unix", path: address.path },
      });
    case "tcp":
      return Deno.createHttpClient({
        http2: false,
        ...(tls.ca !== undefined && { caCerts: [tls.ca] }),
        ...(tls.identity !== undefined && {
          cert: tls.identity.cert,
          key: tls.identity.key.reveal(),
        }),
      });
  }
}
