import { delay } from "@std/async/delay";
import type { Mode } from "../config/config.ts";
import type { BuildHandler, Manager } from "../manager/manager.ts";
import type { Logger } from "../telemetry/log.ts";
import { withTimeLimit } from "../time/time_limit.ts";
import { TimeLimitError } from "../time/watchdog.ts";
import { guardBuild } from "./_guarded_build.ts";
import { liveOneSession, type SessionLife } from "./_session_life.ts";
import { StateTeller } from "./_state_teller.ts";
import { type Backoff, backoffFor } from "./backoff.ts";
import type { Host, UnfitHost } from "./host.ts";
import type { BuilderState } from "./observer.ts";

/** How a worker's life ended. */
export type WorkerEnd =
  /** Its build is over and reported, or it was asked to leave and did. */
  | { readonly kind: "done" }
  /** It was asked to leave at once, and has cancelled its build. */
  | { readonly kind: "cancelled" }
  /**
   * The manager does not want it, cannot be reached, or went away before the
   * result of its last build had arrived; or builds cannot run here.
   */
  | { readonly kind: "refused"; readonly reason: string };

/** What {@linkcode runWorker} needs to know. */
export interface WorkerOptions {
  readonly mode: Mode;
  readonly onBuild: BuildHandler;
  readonly host: Host;
  readonly logger: Logger;
  /** Asks the worker to leave once the running build is over. */
  readonly drain: AbortSignal;
  /**
   * Cancels the running build, with a `BuildFailure` that says why. Default:
   * nothing does.
   */
  readonly cancel?: AbortSignal | undefined;
  /** The waits between attempts. Default: {@linkcode backoffFor} the mode. */
  readonly backoff?: Backoff | undefined;
  /** How long a hosted worker waits for its host, in milliseconds. Default 30,000. */
  readonly hostedPatience?: number | undefined;
  /** Told of each change. */
  readonly onState?: ((state: BuilderState) => void) | undefined;
}

/** A session that lasted this long counts as a good one, in milliseconds. */
const STABLE = 60_000;

/** As long as a hosted worker tries to reach its manager, in milliseconds. */
const HOSTED_PATIENCE = 30_000;

/**
 * Lives a worker's life: waits until builds can run here, connects, serves
 * builds, and begins anew when the session is lost, or has to be left because
 * builds cannot run here any more. A hosted worker ends with its one build, and
 * waits for nothing for long, since its starter waits for it; an enterprise
 * worker ends when it is asked to.
 */
export async function runWorker(
  manager: Manager,
  options: WorkerOptions,
): Promise<WorkerEnd> {
  const { drain, host, logger, mode, onState = () => {} } = options;
  const { cancel = new AbortController().signal } = options;
  const backoff = options.backoff ?? backoffFor(mode);
  let isCancelled = false;
  const guarded = guardBuild(options.onBuild, { host, cancel });
  const onBuild: BuildHandler = async (...build) => {
    try {
      return await guarded(...build);
    } catch (error) {
      isCancelled ||= cancel.aborted;
      throw error;
    }
  };
  using state = new StateTeller(drain, onState);
  while (!drain.aborted) {
    const trouble = await awaitHost(options, state);
    if (drain.aborted) break;
    if (trouble !== undefined) {
      logger.warning(`Waiting no longer: ${trouble}`);
      return { kind: "refused", reason: trouble };
    }
    state.tell("connecting");
    const { unfit } = host;
    const life = await liveOneSession(manager, {
      onBuild,
      onState: (now) => state.tell(now),
      logger,
      signal: AbortSignal.any([drain, unfit]),
    });
    if (drain.aborted) {
      if (life.kind !== "lost" || !life.owesResult) break;
      logger.warning(describe(life));
      return { kind: "refused", reason: life.reason };
    }
    if (life.kind === "left") {
      const isOver = life.hadBuild || !unfit.aborted;
      if (mode.kind === "hosted" && isOver) break;
      continue;
    }
    state.tell("connecting");
    if (life.kind === "lost" && life.lasted >= STABLE) backoff.reset();
    logger.warning(describe(life));
    const wait = mayReturn(life, mode) ? backoff.next() : undefined;
    if (wait === undefined) {
      if (life.kind === "unreachable" && life.retriable) {
        logger.warning(`Giving up after ${backoff.attempts} attempts`);
      }
      return { kind: "refused", reason: life.reason };
    }
    logger.info(`Connecting again in ${(wait / 1000).toFixed(1)} s`);
    await sleep(wait, drain);
  }
  return { kind: isCancelled ? "cancelled" : "done" };
}

/**
 * Waits until builds can run here, or the worker is asked to leave.
 *
 * @returns why a hosted worker waits no longer
 */
async function awaitHost(
  { drain, host, mode, hostedPatience = HOSTED_PATIENCE }: WorkerOptions,
  state: StateTeller,
): Promise<string | undefined> {
  let reason = "the engine did not answer in time";
  const onWait = (unfit: UnfitHost) => {
    reason = unfit.reason;
    state.tell(
      unfit.kind === "disk_full" ? "waiting_for_disk" : "waiting_for_engine",
    );
  };
  const wait = (signal: AbortSignal) => host.untilFit(onWait, signal);
  try {
    if (mode.kind === "enterprise") await wait(drain);
    else await withTimeLimit(wait, { limit: hostedPatience, signal: drain });
  } catch (error) {
    if (error instanceof TimeLimitError) return reason;
    if (!drain.aborted) throw error;
  }
  return undefined;
}

/** A hosted worker's build is lost with its session: nothing to return to. */
function mayReturn(
  life: Exclude<SessionLife, { kind: "left" }>,
  mode: Mode,
): boolean {
  switch (life.kind) {
    case "unreachable":
      return life.retriable || mode.kind === "enterprise";
    case "rejected":
      return mode.kind === "enterprise";
    case "lost":
      return mode.kind === "enterprise" || !life.hadBuild;
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
