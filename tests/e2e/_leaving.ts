import { assertEquals, assertLess } from "@std/assert";
import type { WorkerProcess } from "../support/worker_process.ts";

/** How long an idle worker may take to leave, in milliseconds. */
const AT_ONCE = 1_000;

/** How many workers may try: a busy machine keeps one or the other waiting. */
const TRIES = 3;

/** A worker without a build that is to leave. */
export interface LeavingWorker {
  start(): WorkerProcess;
  /** Waits until it is where it shall leave from. */
  reach(worker: WorkerProcess): Promise<unknown>;
  /** What asks it to. Default: SIGTERM. */
  readonly signal?: Deno.Signal;
}

/**
 * Checks that a worker leaves with exit code 0 within a second of saying that
 * it was asked to.
 */
export async function assertLeavesAtOnce(
  { start, reach, signal = "SIGTERM" }: LeavingWorker,
): Promise<void> {
  let took = Infinity;
  for (let tries = 0; tries < TRIES && took >= AT_ONCE; tries++) {
    await using worker = start();
    await reach(worker);
    worker.signal(signal);
    await worker.said("Asked to stop");
    const asked = performance.now();
    assertEquals((await worker.exited()).code, 0);
    took = performance.now() - asked;
  }
  assertLess(took, AT_ONCE);
}
