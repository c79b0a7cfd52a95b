import {
  type BuildHandler,
  type Manager,
  ManagerError,
  type ManagerSession,
  type SessionEnd,
} from "../manager/manager.ts";
import type { Logger } from "../telemetry/log.ts";

/** How one attempt ended, from connecting to the end of its session. */
export type SessionLife =
  | (SessionEnd & {
    readonly hadBuild: boolean;
    /** From the manager's consent to the end of the session, in milliseconds. */
    readonly lasted: number;
  })
  | {
    readonly kind: "unreachable";
    readonly reason: string;
    readonly retriable: boolean;
  };

/** What {@linkcode liveOneSession} needs to know. */
export interface SessionLifeOptions {
  readonly onBuild: BuildHandler;
  readonly logger: Logger;
  /** Told when the manager wants builds done here, and as each begins. */
  onState(state: "ready" | "building"): void;
  /** Asks to leave once the running build is over. */
  readonly signal: AbortSignal;
}

/** Connects, and serves builds until the session is over. */
export async function liveOneSession(
  manager: Manager,
  { logger, onBuild, onState, signal }: SessionLifeOptions,
): Promise<SessionLife> {
  let hadBuild = false;
  let isBuilding = false;
  let connected: ManagerSession | undefined;
  // A build may come, and be over, before the session is known here.
  const tellReady = () => {
    if (connected?.takesBuilds && !isBuilding) onState("ready");
  };
  const serve: BuildHandler = async (...build) => {
    hadBuild = true;
    isBuilding = true;
    onState("building");
    try {
      return await onBuild(...build);
    } finally {
      isBuilding = false;
      tellReady();
    }
  };
  try {
    connected = await manager.connect(serve, signal);
  } catch (error) {
    if (signal.aborted) return { kind: "left", hadBuild, lasted: 0 };
    if (!(error instanceof ManagerError)) throw error;
    const { message: reason, retriable } = error;
    return { kind: "unreachable", reason, retriable };
  }
  await using session = connected;
  let acceptedAt: number | undefined;
  session.accepted.then((at) => {
    acceptedAt = at;
    if (signal.aborted) return;
    logger.info("Ready for builds", { realm: session.realm });
    tellReady();
  });
  const leave = () => void session.leave();
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();
  try {
    const end = await session.ended;
    const now = performance.now();
    return { ...end, hadBuild, lasted: now - (acceptedAt ?? now) };
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
