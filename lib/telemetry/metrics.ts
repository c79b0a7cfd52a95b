import { Registry } from "prom-client";
import type { FailureKind } from "../build/failure.ts";
import type { BuildObserver } from "../build/observer.ts";
import { countBuilds } from "./_build_metrics.ts";
import { describeWorker } from "./_worker_metrics.ts";
import type { WorkerVitals } from "./health.ts";

/** The worker's figures, in the form that Prometheus reads. */
export interface Metrics {
  /** Counts what happens in a build, whichever it is. */
  readonly observeBuild: BuildObserver;
  /** Counts a build that ended before it began. */
  countRefused(failure: FailureKind): void;
  /** The media type of what {@linkcode read} gives. */
  readonly contentType: string;
  /** Every figure as it is now. */
  read(): Promise<string>;
}

/**
 * Opens the figures. No label holds anything that a build brings along, so that
 * the number of series is bounded and nothing in them is secret.
 */
export function openMetrics(vitals: WorkerVitals): Metrics {
  const registry = new Registry();
  describeWorker(registry, vitals);
  return {
    ...countBuilds(registry),
    contentType: registry.contentType,
    read: () => registry.metrics(),
  };
}
