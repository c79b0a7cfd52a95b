import { gitPermissions } from "../../lib/config/permissions.ts";
import type { Authority } from "../support/certificates.ts";
import {
  SOCKET,
  WorkerProcess,
  type WorkerProcessOptions,
} from "../support/worker_process.ts";

/** A worker that may read an authority's directory, and no other file there. */
export function startWorker(
  { directory }: Authority,
  env: WorkerProcessOptions["env"],
): WorkerProcess {
  const temporaryDirectory = `${directory}/work`;
  Deno.mkdirSync(temporaryDirectory, { recursive: true });
  return new WorkerProcess({
    env: { TMPDIR: temporaryDirectory, ...env },
    permissions: gitPermissions({
      socket: SOCKET,
      temporaryDirectory,
      certificates: directory,
    }),
  });
}
