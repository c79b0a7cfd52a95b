import definitions from "@opentelemetry/otlp-transformer/definitions";
import { eventually } from "./eventually.ts";

const { ExportTraceServiceRequest } =
  definitions.opentelemetry.proto.collector.trace.v1;

/** One span as a collector gets it. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  /** 0: unset, 2: error. */
  readonly status: { readonly code: number; readonly message: string };
  /** How long it took, in nanoseconds. */
  readonly duration: bigint;
}

/**
 * Receives traces over OTLP (`http/protobuf`) on an ephemeral port of loopback,
 * and reads them by OpenTelemetry's own definitions.
 */
export class OtlpCollector implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #spans: CollectedSpan[] = [];
  readonly #texts: string[] = [];

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#receive(request),
    );
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  get spans(): readonly CollectedSpan[] {
    return this.#spans;
  }

  /** All that was received, whatever it is, to look for texts in. */
  get received(): string {
    return this.#texts.join("\n");
  }

  /** Waits for a trace whose root has ended; gives its spans, the root first. */
  trace(isIt: (root: CollectedSpan) => boolean): Promise<CollectedSpan[]> {
    return eventually(() => {
      const root = this.#spans.find((span) =>
        span.parentSpanId === "" && isIt(span)
      );
      if (root === undefined) return undefined;
      const others = this.#spans.filter((span) =>
        span.traceId === root.traceId && span !== root
      );
      return [root, ...others];
    }, { what: "the trace" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }

  async #receive(request: Request): Promise<Response> {
    const bytes = new Uint8Array(await request.arrayBuffer());
    this.#texts.push(new TextDecoder().decode(bytes));
    if (new URL(request.url).pathname === "/v1/traces") {
      const { resourceSpans } = ExportTraceServiceRequest.decode(bytes);
      const spans = resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans)
      );
      this.#spans.push(...spans.map(toCollected));
    }
    return new Response(null, { status: 200 });
  }
}

type Span = ReturnType<
  typeof ExportTraceServiceRequest.decode
>["resourceSpans"][number]["scopeSpans"][number]["spans"][number];

function toCollected(span: Span): CollectedSpan {
  const { name, attributes, events, status } = span;
  return {
    name,
    traceId: Uint8Array.from(span.traceId).toHex(),
    spanId: Uint8Array.from(span.spanId).toHex(),
    parentSpanId: Uint8Array.from(span.parentSpanId ?? []).toHex(),
    attributes: Object.fromEntries(
      attributes.map(({ key, value }) => [key, value.stringValue]),
    ),
    events: events.map(({ name }) => name),
    status: { code: status?.code ?? 0, message: status?.message ?? "" },
    duration: BigInt(String(span.endTimeUnixNano)) -
      BigInt(String(span.startTimeUnixNano)),
  };
}
