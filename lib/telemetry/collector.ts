import { VERSION } from "../version.ts";
import { findTracer, type Tracer } from "./_tracer.ts";

/**
 * Variables by which OpenTelemetry names the collector of traces.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/protocol/exporter/}
 */
export const COLLECTOR_VARIABLES = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
] as const;

/** What becomes of the traces of builds. */
export type TraceExport =
  | { readonly kind: "on"; readonly tracer: Tracer }
  | { readonly kind: "off" }
  /** A variable names a collector, which the runtime tells nothing. */
  | { readonly kind: "forgotten"; readonly variable: string };

/** What the runtime (Deno 2.9) exports: nothing but with `OTEL_DENO=true`. */
export function traceExport(): TraceExport {
  const tracer = findTracer(VERSION);
  if (tracer !== undefined) return { kind: "on", tracer };
  const variable = COLLECTOR_VARIABLES.find((name) => Deno.env.get(name));
  return variable === undefined
    ? { kind: "off" }
    : { kind: "forgotten", variable };
}

/** What to do about a collector that is told nothing, one clause. */
export const EXPORT_TRACES =
  "set OTEL_DENO=true and OTEL_DENO_TRACING=false, too, as the bundle and the images do by themselves";
