import { isGranted } from "../config/is_granted.ts";
import {
  COLLECTOR_VARIABLES,
  EXPORT_TRACES,
  traceExport,
} from "../telemetry/collector.ts";
import { TelemetryError } from "../telemetry/error.ts";
import {
  formatListenAddress,
  type ListenAddress,
} from "../telemetry/listen_address.ts";
import { refuseOwnSpans } from "../telemetry/own_spans.ts";
import {
  type Check,
  type Finding,
  notPermitted,
  ok,
  warning,
  wrong,
} from "./check.ts";

/** Whether the worker can show of itself what its operator asks to see. */
export const TELEMETRY: Check = {
  name: "telemetry",
  async *look({ config: { settings: { LISTEN } } }) {
    yield LISTEN === undefined
      ? ok("LISTEN is not set: no health and no metrics are served")
      : tryToListen(LISTEN);
    yield await traces();
  },
};

function tryToListen(address: ListenAddress): Finding {
  const shown = formatListenAddress(address);
  try {
    Deno.listen({ ...address }).close();
    return ok(`health and metrics can be served at ${shown}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    if (error instanceof Deno.errors.AddrInUse) {
      return warning(
        `${shown} is taken`,
        "That is well if a worker runs here already; else it does not start: choose another LISTEN",
      );
    }
    return wrong(
      `nothing can be served at ${shown}: ${
        error instanceof Error ? error.message : String(error)
      }`,
      "The worker does not start so: set LISTEN to an address of this machine, and a port above 1023",
    );
  }
}

async function traces(): Promise<Finding> {
  try {
    refuseOwnSpans();
  } catch (error) {
    if (!(error instanceof TelemetryError)) throw error;
    return wrong(
      error.message,
      "The worker does not start so: set OTEL_DENO_TRACING=false",
    );
  }
  for (const variable of COLLECTOR_VARIABLES) {
    if (!await isGranted({ name: "env", variable })) {
      return notPermitted("traces", `--allow-env=${variable}`);
    }
  }
  const exported = traceExport();
  switch (exported.kind) {
    case "on":
      return ok("a trace of each build is exported");
    case "off":
      return ok("no collector is named: no traces are exported");
    case "forgotten":
      return warning(
        `${exported.variable} is set, and no traces are exported`,
        `For them, ${EXPORT_TRACES}`,
      );
  }
}
