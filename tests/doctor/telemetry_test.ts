import { assertEquals, assertMatch } from "@std/assert";
import { doctorPermissions } from "../../lib/config/permissions.ts";
import { TELEMETRY } from "../../lib/doctor/telemetry.ts";
import { runProgram } from "../support/program.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("what nobody asked to see is no trouble, nor an address that is free", async () => {
  assertHealthy(await look(TELEMETRY, {}));
  assertHealthy(await look(TELEMETRY, { LISTEN: "127.0.0.1:0" }));
});

Deno.test("an address that cannot be had is told, and one that may be the worker's own", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const LISTEN = `127.0.0.1:${taken.addr.port}`;
  assertFinding(await look(TELEMETRY, { LISTEN }), {
    verdict: "warning",
    message: /is taken/,
    advice: /worker runs here already/,
  });
  // Of a network for documentation (RFC 5737), which no machine has.
  assertFinding(await look(TELEMETRY, { LISTEN: "192.0.2.1:9090" }), {
    verdict: "wrong",
    message: /nothing can be served at 192\.0\.2\.1:9090/,
    advice: /an address of this machine/,
  });
});

/** What doctor says of traces, started with these variables. */
async function traces(env: Record<string, string>): Promise<string> {
  const { stdout } = await runProgram(["doctor"], {
    permissions: doctorPermissions(),
    env: { ...env, DOCKER_HOST: "unix:///none" },
  });
  return stdout;
}

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };

Deno.test("a collector that nothing is exported to is worth a word", async () => {
  assertMatch(
    await traces(COLLECTOR),
    /^! look {4}telemetry: OTEL_EXPORTER_OTLP_ENDPOINT is set,.*\n.*OTEL_DENO=true/m,
  );
});

Deno.test("what keeps a worker from starting is wrong: spans of Deno's own", async () => {
  const own = await traces({ ...COLLECTOR, OTEL_DENO: "true" });
  assertMatch(
    own,
    /^✗ WRONG {3}telemetry: Cannot trace.*\n.*OTEL_DENO_TRACING=false/m,
  );
  const exporting = { OTEL_DENO: "true", OTEL_DENO_TRACING: "false" };
  const good = await traces({ ...COLLECTOR, ...exporting });
  assertMatch(good, /^✓ ok {6}telemetry: a trace of each build/m);
  assertEquals(/^✗ WRONG {3}telemetry/m.test(good), false);
});
