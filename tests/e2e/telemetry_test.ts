import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { packagePermissions } from "../../lib/config/permissions.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { OtlpCollector } from "../support/otlp_collector.ts";
import { checkMetrics, PrometheusServer } from "../support/prometheus.ts";
import { RegistryGate } from "../support/registry_gate.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { get, listening, verdict } from "./_readiness.ts";
import { Stage, TOKEN } from "./_stage.ts";

Deno.test("builds are seen by Prometheus and by a collector of traces", async (t) => {
  await using stage = await Stage.set();
  await using gate = await RegistryGate.start(stage.open.host);
  await using manager = await EmbeddedManager.listen();
  await using collector = new OtlpCollector();
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: manager.url,
      LISTEN: "127.0.0.1:0",
      OTEL_DENO: "true",
      OTEL_DENO_TRACING: "false",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
  });
  const address = await listening(worker);
  await using prometheus = await PrometheusServer.start(address);
  await verdict(address, [200, "ok"]);

  const build = async (Dockerfile: string) =>
    await manager.build(stage.arguments({
      build_package: await stage.package({ Dockerfile }),
    }));
  const traceOf = (result: string) =>
    collector.trace(({ attributes }) => attributes["build.result"] === result);

  await t.step(
    "a build that succeeds after its pull was tried again",
    async () => {
      // The engine itself asks more than once, which is not the worker's doing.
      gate.rule = ({ path }) =>
        path.includes("/manifests/") && !worker.log.includes("Cannot pull")
          ? { kind: "status", status: 503 }
          : { kind: "pass" };
      const report = await build(`FROM ${gate.host}/e2e/base\nRUN echo fine\n`);
      assertEquals(report.kind, "success", worker.log);
      const [root, ...phases] = await traceOf("success");
      assertEquals(root?.attributes["build.source"], "package");
      assertEquals(root?.attributes["build.realm"], manager.workers[0]?.realm);
      assertEquals(
        phases.map(({ name, events }) => [name, ...events]),
        [
          ["unpacking"],
          ["pulling", "retry"],
          ["checking-cache"],
          ["building"],
          ["pushing"],
        ],
      );
    },
  );

  await t.step("a build that fails, and one that makes no sense", async () => {
    const report = await build(`FROM ${stage.base}\nRUN exit 3\n`);
    assertEquals(report.kind, "failure");
    const [root, ...phases] = await traceOf("build_error");
    assertEquals(root?.status, { code: 2, message: "build_error" });
    assertEquals(
      phases.filter(({ status }) => status.code === 2).map(({ name }) => name),
      ["building"],
    );
    const refused = await manager.build(stage.arguments({ tag_names: [] }));
    assertEquals(refused.kind, "failure");
  });

  await t.step("a build whose session is lost", async () => {
    const report = build(`FROM ${stage.base}\nRUN sleep 60\n`);
    await eventually(
      () => worker.log.split("Phase building begins").length > 3 || undefined,
      { what: "the third build's steps" },
    );
    for (const { realm } of manager.workers) manager.dropWorker(realm);
    assertEquals((await report).kind, "lost");
    const [root] = await traceOf("aborted");
    assertEquals(root?.status, { code: 2, message: "aborted" });
  });

  await t.step("Prometheus has scraped it all", async () => {
    const builds = await prometheus.query(
      "quay_builder_builds_total > 0",
      (samples) => samples.length === 4,
    );
    const results = builds.map((
      { labels, value },
    ) => [labels["result"], value]);
    assertEquals(results.sort(), [
      ["aborted", 1],
      ["build_error", 1],
      ["missing_or_invalid_argument", 1],
      ["success", 1],
    ]);
    const single = async (query: string) => {
      const [sample] = await prometheus.query(
        query,
        ({ length }) => length === 1,
      );
      return sample?.value ?? NaN;
    };
    assertEquals(
      await single('quay_builder_transfer_retries_total{operation="pull"}'),
      1,
    );
    const phases = "quay_builder_build_phase_duration_seconds_count";
    assertEquals(await single(`${phases}{phase="building"}`), 3);
    assertEquals(await single(`${phases}{phase="pushing"}`), 1);
    assertEquals(await single("quay_builder_build_duration_seconds_count"), 3);
    for (
      const positive of [
        "quay_builder_log_bytes_total",
        "quay_builder_log_entries_total",
        "quay_builder_context_bytes_total",
        "process_resident_memory_bytes",
      ]
    ) assertEquals(await single(`${positive} > bool 0`), 1, positive);
    assertEquals(await single("quay_builder_engine_up"), 1);
    assertEquals(await single("quay_builder_build_info"), 1);
    for (
      const soon of [
        "quay_builder_reconnects_total == 1",
        'quay_builder_builders{state="ready"} == 1',
        "quay_builder_heartbeat_age_seconds < 5",
      ]
    ) await prometheus.query(soon, ({ length }) => length === 1);
  });

  await t.step(
    "it is in good form, and holds nothing of the builds",
    async () => {
      const [status, metrics] = await get(address, "/metrics");
      assertEquals(status, 200);
      assertEquals(await checkMetrics(metrics), "");
      for (const seen of [metrics, collector.received]) {
        for (
          const text of [TOKEN, "s1gned-packag3-url", "e2e/image-", stage.base]
        ) {
          assertEquals(seen.includes(text), false, text);
        }
      }
    },
  );

  await t.step(
    "asked to stop, it leaves with the rest of the worker",
    async () => {
      worker.signal("SIGTERM");
      assertEquals((await worker.exited()).code, 0);
    },
  );
});

Deno.test("readiness follows the manager and the engine", async (t) => {
  await using engine = await EngineDaemon.start();
  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: manager.url,
      DOCKER_HOST: engine.host,
      LISTEN: "127.0.0.1:0",
    },
    permissions: packagePermissions({ socket: engine.socket }),
  });
  const address = await listening(worker);
  const alive = async () =>
    assertEquals(await get(address, "/healthz"), [200, "ok\n"]);

  await t.step("a worker that is registered is ready", async () => {
    await verdict(address, [200, "ok"]);
    await alive();
  });

  await t.step(
    "a manager that is away is told, and no end of life",
    async () => {
      await manager.stop();
      await verdict(address, [503, "Builder 1 is connecting"]);
      const [, without] = await get(address, "/metrics");
      assertEquals(without.includes("\nquay_builder_heartbeat_age"), false);
      await alive();
      await manager.start();
      await verdict(address, [200, "ok"]);
      const [, metrics] = await get(address, "/metrics");
      assertStringIncludes(metrics, "\nquay_builder_reconnects_total 1\n");
    },
  );

  await t.step(
    "an engine that is away is told, and no end of life",
    async () => {
      await engine.stop();
      await verdict(address, [503, "The engine is not there"]);
      await alive();
      await engine.restart();
      await verdict(address, [200, "ok"]);
    },
  );
});

Deno.test("a worker that drains says so, and is not held up by who listens", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, LISTEN: "127.0.0.1:0" },
  });
  const address = await listening(worker);
  await verdict(address, [200, "ok"]);
  const report = manager.build(stage.arguments({
    build_package: await stage.package({
      Dockerfile: `FROM ${stage.base}\nRUN sleep 3\n`,
    }),
  }));
  await eventually(async () => {
    const [, metrics] = await get(address, "/metrics");
    return metrics.includes('builders{state="building"} 1') || undefined;
  }, { what: "a builder at work" });
  assertEquals((await get(address, "/readyz"))[0], 200);
  const [hostname = "", port] = address.split(":");
  using _silent = await Deno.connect({ hostname, port: Number(port) });
  worker.signal("SIGTERM");
  await verdict(address, [503, "Builder 1 was asked to leave"]);
  assertEquals((await report).kind, "success");
  assertEquals((await worker.exited()).code, 0);
});

Deno.test("an address that cannot be had ends the worker at its start", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: "ws://127.0.0.1:1",
      LISTEN: `127.0.0.1:${taken.addr.port}`,
    },
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertMatch(log, /Cannot listen on "127\.0\.0\.1:\d+": the port is taken/);
});

Deno.test("a collector that nothing is exported to is worth a line", async () => {
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: "ws://127.0.0.1:1",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    },
  });
  await eventually(
    () =>
      worker.log.includes("Exporting no traces: set OTEL_DENO=true") ||
      undefined,
    { what: "a word about the collector" },
  );
});
