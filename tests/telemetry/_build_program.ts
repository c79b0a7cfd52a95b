/**
 * Goes through the builds that its argument describes, as a worker with
 * telemetry would, and ends like the worker does.
 *
 * @module
 */
import type { BuildObservation } from "../../lib/build/observer.ts";
import { openTelemetry } from "../../lib/telemetry/telemetry.ts";
import { silentLogger } from "../support/silent_logger.ts";

const builds = JSON.parse(Deno.args[0] ?? "") as BuildObservation[][];

const telemetry = await openTelemetry({ logger: silentLogger });
for (const build of builds) {
  const observe = telemetry.observeBuild({ realm: "r-1", source: "git" });
  if (observe === undefined) throw new Error("Nobody looks");
  build.forEach(observe);
}
Deno.exit(0);
