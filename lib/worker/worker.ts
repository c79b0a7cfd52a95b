import { delay } from "@std/async/delay";
import type { Mode } from "../config/config.ts";
import {
  type BuildHandler,
  type Manager,
  ManagerError,
  type ManagerSession,
  type SessionEnd,
} from "../manager/manager.ts";
import type { Logger } from "../telemetry/log.ts";
import { type Backoff, backoffFor } from "./backoff.ts";

/** How a worker's life ended. */
export type WorkerEnd =
  /** Its build is over and reported, or it was asked to leave and did. */
  | { readonly kind: "done" }
  /** The manager does not want it, cannot be reached, or went away. */
  | { readonly kind: "refused"; readonly reason: string };

/** What {@linkcode runWorker} needs to know. */
export interface WorkerOptions {
  readonly mode: Mode;
  readonly onBuild: BuildHandler;
  readonly logger: Logger;
  /** Asks the worker to leave once the running build is over. */
  readonly drain: AbortSignal;
  /** The waits between attempts. Default: {@linkcode backoffFor} the mode. */
  readonly backoff?: Backoff;
}

/** A session that lasted this long counts as a good one, in milliseconds. */
const STABLE = 60_000;

/**
 * Lives a worker's life: connects, serves builds, connects again. A hosted
 * worker ends with its one build, an enterprise worker when it is asked to.
 */
export async function runWorker(
  manager: Manager,
  options: WorkerOptions,
): Promise<WorkerEnd> {
  const { drain, logger, mode } = options;
  const backoff = options.backoff ?? backoffFor(mode);
  while (!drain.aborted) {
    const began = Date.now();
    const life = await liveOneSession(manager, options);
    if (drain.aborted || life.kind === "left") break;
    if (Date.now() - began >= STABLE) backoff.reset();
    logger.warning(describe(life));
    const wait = mayReturn(life, mode) ? backoff.next() : undefined;
    if (wait === undefined) return { kind: "refused", reason: life.reason };
    logger.info(`Connecting again in ${(wait / 1000).toFixed(1)} s`);
    await sleep(wait, drain);
  }
  return { kind: "done" };
}

/** How one attempt ended, from connecting to the end of its session. */
type SessionLife =
  | (SessionEnd & { readonly hadBuild: boolean })
  | {
    readonly kind: "unreachable";
    readonly reason: string;
    readonly retriable: boolean;
  };

async function liveOneSession(
  manager: Manager,
  { drain, logger, onBuild }: WorkerOptions,
): Promise<SessionLife> {
  let hadBuild = false;
  const serve: BuildHandler = (...build) => {
    hadBuild = true;
    return onBuild(...build);
  };
  let connected: ManagerSession;
  try {
    connected = await manager.connect(serve, drain);
  } catch (error) {
    if (drain.aborted) return { kind: "left", hadBuild };
    if (!(error instanceof ManagerError)) throw error;
    const { message: reason, retriable } = error;
    return { kind: "unreachable", reason, retriable };
  }
  await using session = connected;
  logger.info("Ready for builds", { realm: session.realm });
  const leave = () => void session.leave();
  drain.addEventListener("abort", leave);
  if (drain.aborted) leave();
  try {
    return { ...await session.ended, hadBuild };
  } finally {
    drain.removeEventListener("abort", leave);
  }
}

/** A hosted worker's build is lost with its session: nothing to return to. */
function mayReturn(life: SessionLife, mode: Mode): boolean {
  switch (life.kind) {
    case "unreachable":
      return life.retriable || mode.kind === "enterprise";
    case "rejected":
      return mode.kind === "enterprise";
    case "lost":
      return mode.kind === "enterprise" || !life.hadBuild;
    case "left":
      return false;
  }
}

function describe(life: Exclude<SessionLife, { kind: "left" }>): string {
  switch (life.kind) {
    case "unreachable":
      return life.reason;
    case "rejected":
      return `The Build Manager rejected this worker: ${life.reason}`;
    case "lost":
      return `The session with the Build Manager is lost: ${life.reason}`;
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
