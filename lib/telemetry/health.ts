import type { BuilderState } from "../worker/observer.ts";
import type { SignsOfLife } from "./signs_of_life.ts";
import type { WorkerView } from "./worker_view.ts";

/**
 * Longest silence of a connected session, in milliseconds. Heartbeats are a
 * second apart; the manager gives a silent worker up after a minute.
 */
const MAX_HEARTBEAT_AGE = 10_000;

/**
 * Longest time without a try to connect while there is no session, in
 * milliseconds: several times the longest wait and the longest try.
 */
const MAX_ATTEMPT_AGE = 300_000;

/** What is known of a worker. */
export interface WorkerVitals {
  readonly signs: SignsOfLife;
  readonly view: WorkerView;
}

/**
 * Why the worker is not alive, so that it had better be started again: its
 * heartbeats are late, or it has no session and has stopped trying for one.
 *
 * @returns reasons; none when it is alive
 */
export function reasonsNotAlive({ signs, view }: WorkerVitals): string[] {
  const { heartbeatAge, attemptAge } = signs;
  if (heartbeatAge !== undefined) {
    return heartbeatAge > MAX_HEARTBEAT_AGE
      ? [`The last heartbeat was ${seconds(heartbeatAge)} ago`]
      : [];
  }
  const isConnecting = view.builders.values().some((state) =>
    state === "connecting"
  );
  return isConnecting && attemptAge > MAX_ATTEMPT_AGE
    ? [`The last try to connect was ${seconds(attemptAge)} ago`]
    : [];
}

/**
 * Why the worker is not ready for builds. A builder that is busy with one is
 * ready: it does what it is there for, and is free afterwards.
 *
 * @returns reasons; none when it is ready
 */
export function reasonsNotReady({ view }: WorkerVitals): string[] {
  const reasons: string[] = [];
  if (view.builders.size === 0) reasons.push("The worker is starting");
  for (const [builder, state] of view.builders) {
    const lack = LACKS[state];
    if (lack !== undefined) reasons.push(`Builder ${builder} ${lack}`);
  }
  if (view.engine?.isThere === false) {
    reasons.push(`The engine is not there: ${view.engine.reason}`);
  }
  const { free, floor } = view.disk ?? {};
  if (free !== undefined && floor !== undefined && free < floor) {
    reasons.push(
      `The engine's disk is full: ${free} bytes are free, ${floor} have to be`,
    );
  }
  return reasons;
}

/** What keeps a builder in each state from being ready, if anything does. */
const LACKS: Readonly<Record<BuilderState, string | undefined>> = {
  connecting: "is connecting to the Build Manager",
  waiting_for_engine: "waits for the engine",
  waiting_for_disk: "waits for free space on the engine's disk",
  ready: undefined,
  building: undefined,
  draining: "was asked to leave",
  stopped: "has left",
};

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
