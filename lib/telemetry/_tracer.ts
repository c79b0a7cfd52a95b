/** A value that an attribute of a span or an event can have. */
export type AttributeValue = string | number | boolean;

/** Named values of a span or an event. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** OpenTelemetry's `SpanStatusCode`; a span is unset where nothing failed. */
export const STATUS_ERROR = 2;

/** What this project uses of OpenTelemetry's `Span`. */
export interface Span {
  setAttributes(attributes: Attributes): unknown;
  addEvent(name: string, attributes: Attributes): unknown;
  setStatus(status: { readonly code: number; readonly message: string }): void;
  /** @param time milliseconds since 1970; default: now */
  end(time?: number): void;
}

/** OpenTelemetry's `Context`, which names the parent of a span. */
interface Context {
  setValue(key: symbol, value: unknown): Context;
}

interface RuntimeTracer {
  startSpan(
    name: string,
    options: { readonly root?: boolean; readonly attributes: Attributes },
    context?: Context,
  ): Span;
}

/** The key under which OpenTelemetry's JavaScript API keeps a parent. */
const PARENT = Symbol.for("OpenTelemetry Context Key SPAN");

/** Options of {@linkcode Tracer.start}. */
export interface SpanOptions {
  readonly attributes?: Attributes;
  /** Default: none, which begins a trace. */
  readonly parent?: Span;
}

/** Makes spans, which the runtime exports once they end. */
export interface Tracer {
  start(name: string, options?: SpanOptions): Span;
}

/**
 * The tracer of the runtime, if its exporter runs: Deno (2.9) starts that with
 * `OTEL_DENO=true`, and takes spans from `Deno.telemetry` also where
 * `OTEL_DENO_TRACING=false` keeps it from making any of its own.
 */
export function findTracer(version: string): Tracer | undefined {
  const { tracerProvider, contextManager } = Deno.telemetry;
  const tracer: RuntimeTracer = tracerProvider.getTracer(
    "quay-builder",
    version,
  );
  const root: Context = contextManager.active();
  const start: Tracer["start"] = (name, { attributes = {}, parent } = {}) =>
    parent === undefined
      ? tracer.startSpan(name, { attributes, root: true })
      : tracer.startSpan(name, { attributes }, root.setValue(PARENT, parent));
  try {
    // Thrown away, since only spans that end are exported.
    start("probe");
  } catch {
    return undefined;
  }
  return { start };
}
