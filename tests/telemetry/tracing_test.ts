import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { BuildObservation } from "../../lib/build/observer.ts";
import { COLLECTOR_VARIABLES } from "../../lib/telemetry/collector.ts";
import {
  type CollectedSpan,
  OtlpCollector,
} from "../support/otlp_collector.ts";

const PROGRAM = fileURLToPath(new URL("_build_program.ts", import.meta.url));

/** What starts the runtime's exporter, and keeps its own spans out. */
const EXPORTING = {
  OTEL_DENO: "true",
  OTEL_DENO_TRACING: "false",
} as const;

/** Goes through builds in a process of its own; gives what that said. */
async function goThrough(
  builds: readonly (readonly BuildObservation[])[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt"],
      `--allow-env=${COLLECTOR_VARIABLES.join(",")}`,
      ...[PROGRAM, JSON.stringify(builds)],
    ],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** A span without what differs from run to run. */
function outline({ name, status, events, attributes }: CollectedSpan): unknown {
  return { name, status, events, attributes };
}

const FINE = { code: 0, message: "" };

Deno.test("a build is a trace with a span for each phase", async () => {
  await using collector = new OtlpCollector();
  const end = await goThrough([[
    { kind: "phase-began", phase: "unpacking" },
    { kind: "phase-ended", phase: "unpacking", completed: true, seconds: 1 },
    { kind: "phase-began", phase: "pulling" },
    { kind: "retry", direction: "pull" },
    { kind: "log-sent", bytes: 1 },
    { kind: "phase-ended", phase: "pulling", completed: true, seconds: 1 },
    { kind: "ended", outcome: "success", seconds: 2 },
  ]], { ...EXPORTING, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  assertEquals(end, { code: 0, said: "" });
  const [root, ...phases] = await collector.trace(() => true);
  assertEquals(root && outline(root), {
    name: "build",
    status: FINE,
    events: [],
    attributes: {
      "build.realm": "r-1",
      "build.source": "git",
      "build.result": "success",
    },
  });
  assertEquals(phases.map(outline), [
    { name: "unpacking", status: FINE, events: [], attributes: {} },
    { name: "pulling", status: FINE, events: ["retry"], attributes: {} },
  ]);
  for (const { parentSpanId } of phases) {
    assertEquals(parentSpanId, root?.spanId);
  }
});

Deno.test("a failure is that of the build, and of the phase in which it came", async () => {
  await using collector = new OtlpCollector();
  await goThrough([[
    { kind: "phase-began", phase: "unpacking" },
    { kind: "phase-ended", phase: "unpacking", completed: true, seconds: 1 },
    { kind: "phase-began", phase: "building" },
    { kind: "phase-ended", phase: "building", completed: true, seconds: 1 },
    { kind: "ended", outcome: "build_error", seconds: 2 },
  ]], { ...EXPORTING, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const spans = await collector.trace(() => true);
  assertEquals(
    spans.map(({ name, status, attributes }) => [
      name,
      status,
      attributes["error.type"],
    ]),
    [
      ["build", { code: 2, message: "build_error" }, "build_error"],
      ["unpacking", FINE, undefined],
      ["building", { code: 2, message: "build_error" }, "build_error"],
    ],
  );
});

Deno.test("each build has a trace of its own", async () => {
  await using collector = new OtlpCollector();
  const build = (outcome: "success" | "aborted"): BuildObservation[] => [
    { kind: "phase-began", phase: "unpacking" },
    { kind: "ended", outcome, seconds: 1 },
  ];
  await goThrough([build("success"), build("aborted")], {
    ...EXPORTING,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  const traces = [];
  for (const result of ["success", "aborted"]) {
    traces.push(
      await collector.trace(({ attributes }) =>
        attributes["build.result"] === result
      ),
    );
  }
  assertEquals(traces.map((spans) => spans.length), [2, 2]);
});

Deno.test("a collector that is not there, or says nothing, is no trouble", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  for (const port of [1, silent.addr.port]) {
    const began = performance.now();
    const end = await goThrough(
      [[{ kind: "ended", outcome: "success", seconds: 1 }]],
      {
        ...EXPORTING,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_TIMEOUT: "1000",
      },
    );
    assertEquals(end, { code: 0, said: "" });
    assertLess(performance.now() - began, 20_000);
  }
});

Deno.test("where the runtime does not export, nobody looks at a build", async () => {
  const { code, said } = await goThrough([[]], {});
  assertEquals(code, 1);
  assertStringIncludes(said, "Nobody looks");
});

Deno.test("spans of the runtime's own, which would hold secrets, are refused", async () => {
  await using collector = new OtlpCollector();
  const { code, said } = await goThrough([], {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  assertEquals(code, 1);
  assertStringIncludes(said, "set OTEL_DENO_TRACING=false");
});
