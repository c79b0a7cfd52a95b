import type { BuildObserver } from "../build/observer.ts";
import type { BuildSource } from "../build/request.ts";
import type { ManagerObserver } from "../manager/observer.ts";
import type { WorkerObserver } from "../worker/observer.ts";
import { traceBuild } from "./build_spans.ts";
import { EXPORT_TRACES, traceExport } from "./collector.ts";
import type { Tracer } from "./_tracer.ts";
import { formatListenAddress, type ListenAddress } from "./listen_address.ts";
import type { Logger } from "./log.ts";
import type { Monitor } from "./monitor.ts";
import { refuseOwnSpans } from "./own_spans.ts";
import { SignsOfLife } from "./signs_of_life.ts";
import { WorkerView } from "./worker_view.ts";

/** What {@linkcode openTelemetry} needs to know. */
export interface TelemetryOptions {
  /** Where health and metrics are served; nowhere without it. */
  readonly listen?: ListenAddress | undefined;
  readonly logger: Logger;
}

/** What is told of a build besides what happens in it. */
export interface BuildIdentity {
  readonly realm: string;
  readonly source: BuildSource["kind"];
}

/**
 * Shows the worker to those who run it. Each of its parts is told what happens
 * and costs next to nothing where nobody asked to see it.
 */
export interface Telemetry extends AsyncDisposable {
  readonly worker: WorkerObserver;
  readonly manager: ManagerObserver;
  /** Follows a build that begins now; `undefined` where nobody looks. */
  observeBuild(build: BuildIdentity): BuildObserver | undefined;
}

/**
 * Opens what the operator asked for: the web server for health and metrics, and
 * the traces of builds where the runtime exports them.
 *
 * @throws {TelemetryError} when that cannot be had
 */
export async function openTelemetry(
  { listen, logger }: TelemetryOptions,
): Promise<Telemetry> {
  const tracer = openTracer(logger);
  const signs = new SignsOfLife();
  const view = new WorkerView();
  let monitor: Monitor | undefined;
  if (listen !== undefined) {
    // Takes time and memory that only those pay who want it.
    const { openMonitor } = await import("./monitor.ts");
    monitor = openMonitor({ listen, vitals: { signs, view }, logger });
    const address = formatListenAddress(monitor.address);
    logger.info("Serving health and metrics", { address });
  }
  return {
    worker: view,
    manager: {
      onConnect: () => signs.attempt(),
      onSession: () => signs.begin(),
      onRefused: (failure) => monitor?.metrics.countRefused(failure),
    },
    observeBuild({ realm, source }) {
      const observers = [
        monitor?.metrics.observeBuild,
        tracer && traceBuild(tracer, {
          "build.realm": realm,
          "build.source": source,
        }),
      ].filter((observer) => observer !== undefined);
      if (observers.length === 0) return undefined;
      return (event) => observers.forEach((observe) => observe(event));
    },
    [Symbol.asyncDispose]: async () => await monitor?.[Symbol.asyncDispose](),
  };
}

function openTracer(logger: Logger): Tracer | undefined {
  refuseOwnSpans();
  const exported = traceExport();
  switch (exported.kind) {
    case "on":
      logger.info("Exporting a trace of each build");
      return exported.tracer;
    case "forgotten":
      logger.warning(`Exporting no traces: ${EXPORT_TRACES}`, {
        variable: exported.variable,
      });
      return undefined;
    case "off":
      return undefined;
  }
}
