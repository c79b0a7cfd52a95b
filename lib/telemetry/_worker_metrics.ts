import process from "node:process";
import { Counter, Gauge, type Registry } from "prom-client";
import { COMMIT, VERSION } from "../version.ts";
import type { BuilderState } from "../worker/observer.ts";
import type { WorkerVitals } from "./health.ts";

const BUILDER_STATES = [
  "connecting",
  "waiting_for_engine",
  "waiting_for_disk",
  "ready",
  "building",
  "draining",
  "stopped",
] as const satisfies readonly BuilderState[];

/** Registers the figures of the worker itself, each read when it is asked for. */
export function describeWorker(
  registry: Registry,
  { signs, view }: WorkerVitals,
): void {
  const registers = [registry];
  /** A figure that is left out while nothing is known. */
  const gauge = (
    name: string,
    help: string,
    read: () => number | undefined,
  ) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });

  new Gauge({
    name: "quay_builder_build_info",
    help: "Always 1; the labels say what runs",
    labelNames: ["version", "commit", "deno"],
    registers,
  }).set({ version: VERSION, commit: COMMIT, deno: Deno.version.deno }, 1);
  gauge(
    "process_resident_memory_bytes",
    "Resident memory of the worker",
    () => Deno.memoryUsage().rss,
  );
  gauge(
    "process_start_time_seconds",
    "Start of the worker, since 1970",
    () => performance.timeOrigin / 1_000,
  );
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Time of processors that the worker itself took",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1_000_000);
    },
  });
  new Gauge({
    name: "quay_builder_builders",
    help: "Builders in this process, by what they are doing",
    labelNames: ["state"],
    registers,
    collect() {
      const states = [...view.builders.values()];
      for (const state of BUILDER_STATES) {
        this.set({ state }, states.filter((other) => other === state).length);
      }
    },
  });
  new Counter({
    name: "quay_builder_reconnects_total",
    help: "How often a builder that was registered had to connect again",
    registers,
    collect() {
      this.reset();
      this.inc(view.reconnects);
    },
  });
  gauge(
    "quay_builder_heartbeat_age_seconds",
    "Time since the last heartbeat of the session that has been silent for longest",
    () => toSeconds(signs.heartbeatAge),
  );
  gauge(
    "quay_builder_engine_up",
    "Whether the engine answered when the worker last asked it",
    () => view.engine && Number(view.engine.isThere),
  );
  gauge(
    "quay_builder_engine_disk_free_bytes",
    "Free space on the engine's disk, where that is known",
    () => view.disk?.free,
  );
  gauge(
    "quay_builder_engine_disk_floor_bytes",
    "Free space below which the worker takes no builds",
    () => view.disk?.floor,
  );
}

function toSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}
