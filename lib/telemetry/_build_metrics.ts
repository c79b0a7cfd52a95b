import { Counter, Histogram, type Registry } from "prom-client";
import { FAILURE_KINDS, type FailureKind } from "../build/failure.ts";
import type { BuildObserver, BuildOutcome } from "../build/observer.ts";

/** Upper bounds in seconds, from a cached step to the longest builds. */
const BUCKETS = [
  ...[0.1, 0.5, 1, 2.5, 5, 10, 30, 60],
  ...[120, 300, 600, 1_200, 1_800, 3_600, 7_200],
];

/** What counts builds. */
export interface BuildCounter {
  /** Counts what happens in a build, whichever it is. */
  readonly observeBuild: BuildObserver;
  /** Counts a build that ended before it began. */
  countRefused(failure: FailureKind): void;
}

/** Registers the figures of builds, all zero. */
export function countBuilds(registry: Registry): BuildCounter {
  const registers = [registry];
  const builds = new Counter({
    name: "quay_builder_builds_total",
    help: "Builds that are over, by what became of them",
    labelNames: ["result"],
    registers,
  });
  const outcomes: BuildOutcome[] = ["success", "aborted", ...FAILURE_KINDS];
  for (const result of outcomes) builds.inc({ result }, 0);
  const buildDuration = new Histogram({
    name: "quay_builder_build_duration_seconds",
    help: "How long builds took, whatever became of them",
    buckets: BUCKETS,
    registers,
  });
  const phaseDuration = new Histogram({
    name: "quay_builder_build_phase_duration_seconds",
    help: "How long the phases of builds took",
    labelNames: ["phase"],
    buckets: BUCKETS,
    registers,
  });
  const logEntries = new Counter({
    name: "quay_builder_log_entries_total",
    help: "Entries of build logs that the Build Manager took",
    registers,
  });
  const logBytes = new Counter({
    name: "quay_builder_log_bytes_total",
    help: "Text of build logs that the Build Manager took",
    registers,
  });
  const contextBytes = new Counter({
    name: "quay_builder_context_bytes_total",
    help: "Build contexts as they were sent to the engine",
    registers,
  });
  const retries = new Counter({
    name: "quay_builder_transfer_retries_total",
    help: "Pulls and pushes that were tried again",
    labelNames: ["operation"],
    registers,
  });
  retries.inc({ operation: "pull" }, 0);
  retries.inc({ operation: "push" }, 0);

  return {
    countRefused: (failure) => builds.inc({ result: failure }),
    observeBuild(event) {
      switch (event.kind) {
        case "phase-began":
          return;
        case "phase-ended":
          return phaseDuration.observe({ phase: event.phase }, event.seconds);
        case "retry":
          return retries.inc({ operation: event.direction });
        case "log-sent":
          logEntries.inc();
          return logBytes.inc(event.bytes);
        case "context-sent":
          return contextBytes.inc(event.bytes);
        case "ended":
          builds.inc({ result: event.outcome });
          return buildDuration.observe(event.seconds);
      }
    },
  };
}
