import { assert, assertEquals } from "@std/assert";
import { packagePermissions } from "../../lib/config/permissions.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import type { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import type { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcess } from "../support/worker_process.ts";

/** A worker on an engine of its own. */
export function startWorker(
  daemon: EngineDaemon,
  manager: EmbeddedManager,
  env: Readonly<Record<string, string>> = {},
): WorkerProcess {
  return new WorkerProcess({
    env: { DOCKER_HOST: daemon.host, ENDPOINT: manager.url, ...env },
    permissions: packagePermissions({ socket: daemon.socket }),
  });
}

/** Waits until the manager has no worker. */
export function isDeserted(manager: EmbeddedManager): Promise<unknown> {
  return eventually(() => manager.workers.length === 0 || undefined, {
    what: "the worker to leave",
  });
}

export function assertFailure(report: BuildReport, uri: string): void {
  assert(report.kind === "failure", JSON.stringify(report));
  assertEquals(report.uri, `io.quay.builder.${uri}`);
}
