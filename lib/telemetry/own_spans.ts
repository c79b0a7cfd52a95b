import { TelemetryError } from "./error.ts";

/** Where the runtime registers itself with OpenTelemetry's JavaScript API. */
const GLOBAL_API = Symbol.for("opentelemetry.js.api.1");

/**
 * Refuses to go on where the runtime (Deno 2.9) makes spans of its own, of every
 * request that this program sends: they hold the whole URL, and that of a build
 * package is a secret.
 *
 * @throws {TelemetryError} saying how to turn them off
 */
export function refuseOwnSpans(): void {
  const api = Reflect.get(globalThis, GLOBAL_API) as
    | { readonly trace?: unknown }
    | undefined;
  if (api?.trace === undefined) return;
  throw new TelemetryError(
    "Cannot trace builds: the runtime would export the addresses of build packages, which are secret, set OTEL_DENO_TRACING=false",
  );
}
