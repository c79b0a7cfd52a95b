import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { BuildObservation } from "../../lib/build/observer.ts";
import { openMetrics } from "../../lib/telemetry/metrics.ts";
import { SignsOfLife } from "../../lib/telemetry/signs_of_life.ts";
import { WorkerView } from "../../lib/telemetry/worker_view.ts";
import { COMMIT, VERSION } from "../../lib/version.ts";
import { checkMetrics } from "../support/prometheus.ts";

/** What a build in which nothing is missing tells. */
const BUILD: readonly BuildObservation[] = [
  { kind: "phase-began", phase: "pulling" },
  { kind: "retry", direction: "pull" },
  { kind: "log-sent", bytes: 70 },
  { kind: "log-sent", bytes: 30 },
  { kind: "phase-ended", phase: "pulling", completed: true, seconds: 4 },
  { kind: "phase-began", phase: "pushing" },
  { kind: "context-sent", bytes: 512 },
  { kind: "phase-ended", phase: "pushing", completed: true, seconds: 0.25 },
  { kind: "ended", outcome: "push_issue", seconds: 5 },
];

Deno.test("Prometheus' own tool finds nothing to criticize, with and without values", async () => {
  const signs = new SignsOfLife();
  const view = new WorkerView();
  const metrics = openMetrics({ signs, view });
  assertEquals(await checkMetrics(await metrics.read()), "");
  using _pulse = signs.begin();
  view.onBuilder(1, "building");
  view.onEngine(true);
  view.onDisk({ free: 12, floor: 10 });
  BUILD.forEach(metrics.observeBuild);
  assertEquals(await checkMetrics(await metrics.read()), "");
});

Deno.test("what happens in builds is counted", async () => {
  const metrics = openMetrics({
    signs: new SignsOfLife(),
    view: new WorkerView(),
  });
  BUILD.forEach(metrics.observeBuild);
  metrics.countRefused("missing_or_invalid_argument");
  const text = await metrics.read();
  const phase = "quay_builder_build_phase_duration_seconds";
  for (
    const line of [
      'quay_builder_builds_total{result="success"} 0',
      'quay_builder_builds_total{result="push_issue"} 1',
      'quay_builder_builds_total{result="missing_or_invalid_argument"} 1',
      "quay_builder_build_duration_seconds_sum 5",
      "quay_builder_build_duration_seconds_count 1",
      `${phase}_bucket{le="2.5",phase="pulling"} 0`,
      `${phase}_bucket{le="5",phase="pulling"} 1`,
      `${phase}_sum{phase="pushing"} 0.25`,
      "quay_builder_log_entries_total 2",
      "quay_builder_log_bytes_total 100",
      "quay_builder_context_bytes_total 512",
      'quay_builder_transfer_retries_total{operation="pull"} 1',
      'quay_builder_transfer_retries_total{operation="push"} 0',
    ]
  ) assertStringIncludes(text, `\n${line}\n`);
});

Deno.test("the worker is shown as it is when it is asked", async () => {
  const signs = new SignsOfLife();
  const view = new WorkerView();
  const metrics = openMetrics({ signs, view });
  const before = await metrics.read();
  assertStringIncludes(
    before,
    `quay_builder_build_info{version="${VERSION}",commit="${COMMIT}",deno="${Deno.version.deno}"} 1`,
  );
  const own = (name: string) =>
    Number(new RegExp(`\\n${name} (\\S+)\\n`).exec(before)?.[1]);
  const started = own("process_start_time_seconds");
  assert(started > 0 && started <= Date.now() / 1_000, `${started}`);
  assert(own("process_cpu_seconds_total") > 0);
  assert(own("process_resident_memory_bytes") > 0);
  for (
    const name of [
      "quay_builder_heartbeat_age_seconds",
      "quay_builder_engine_up",
      "quay_builder_engine_disk_free_bytes",
    ]
  ) assertEquals(before.includes(`\n${name} `), false);

  using _pulse = signs.begin();
  view.onBuilder(1, "ready");
  view.onBuilder(2, "ready");
  view.onBuilder(2, "connecting");
  view.onEngine(false, "gone");
  view.onDisk({ free: 12, floor: 10 });
  const after = await metrics.read();
  for (
    const line of [
      'quay_builder_builders{state="ready"} 1',
      'quay_builder_builders{state="connecting"} 1',
      'quay_builder_builders{state="building"} 0',
      "quay_builder_reconnects_total 1",
      "quay_builder_heartbeat_age_seconds 0.",
      "quay_builder_engine_up 0",
      "quay_builder_engine_disk_free_bytes 12",
      "quay_builder_engine_disk_floor_bytes 10",
    ]
  ) assertStringIncludes(after, `\n${line}`);

  view.onDisk({ free: undefined, floor: 10 });
  const unknown = await metrics.read();
  assertEquals(
    unknown.includes("\nquay_builder_engine_disk_free_bytes "),
    false,
  );
});
