import {
  reasonsNotAlive,
  reasonsNotReady,
  type WorkerVitals,
} from "./health.ts";
import type { ListenAddress } from "./listen_address.ts";
import type { Logger } from "./log.ts";
import { type Metrics, openMetrics } from "./metrics.ts";
import {
  type Page,
  type Pages,
  servePages,
  type WebServer,
} from "./web_server.ts";

/** What a {@linkcode Monitor} shows. */
export interface MonitorOptions {
  readonly listen: ListenAddress;
  readonly vitals: WorkerVitals;
  readonly logger: Logger;
}

/** The worker's own web server with the figures that it shows. */
export interface Monitor extends AsyncDisposable {
  /** Where it listens. */
  readonly address: ListenAddress;
  readonly metrics: Metrics;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics`.
 *
 * @throws {TelemetryError} when it cannot listen there
 */
export function openMonitor(
  { listen, vitals, logger }: MonitorOptions,
): Monitor {
  const metrics = openMetrics(vitals);
  const pages: Pages = {
    "/healthz": () => verdict(reasonsNotAlive(vitals)),
    "/readyz": () => verdict(reasonsNotReady(vitals)),
    "/metrics": async () => ({
      contentType: metrics.contentType,
      body: await metrics.read(),
    }),
  };
  const server: WebServer = servePages(listen, pages, {
    onError: (path, error) =>
      logger.error("Cannot show a page", { path, error }),
  });
  return {
    address: server.address,
    metrics,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** 200, or 503 with a line for each reason. */
function verdict(reasons: readonly string[]): Page {
  return reasons.length === 0
    ? { body: "ok\n" }
    : { status: 503, body: `${reasons.join("\n")}\n` };
}
