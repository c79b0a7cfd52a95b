import type { BuildRequest, BuildResult } from "../build/request.ts";

/** The steps of a build, in their order. */
export const PHASES = [
  "unpacking",
  "pulling",
  "checking-cache",
  "priming-cache",
  "building",
  "pushing",
] as const;

/** A step of a build. */
export type Phase = typeof PHASES[number];

/** What the manager is told as a phase begins. */
export interface PhaseStatus {
  readonly registry?: string;
  readonly baseImage?: string;
  readonly baseImageTag?: string;
  readonly pullUsername?: string;
}

/** One entry of a build's log: text of the build, or the state of a layer. */
export interface LogEntry {
  /** Output of the build, one or more lines. */
  readonly stream?: string;
  /** What a layer, or the whole transfer, is doing. */
  readonly status?: string;
  /** The layer that `status` is about. */
  readonly id?: string;
  /** Bytes done and bytes in all; a progress bar needs both. */
  readonly progressDetail?: {
    readonly current: number;
    readonly total: number;
  };
}

/** What the manager needs to know to name an image worth caching from. */
export interface CacheQuery {
  readonly baseImageName: string;
  readonly baseImageTag: string;
  readonly baseImageId: string;
}

/**
 * The line from one running build to its manager. Every method waits for the
 * manager's answer and rejects when the session is lost or the answer is late.
 */
export interface BuildReporter {
  /** The realm that the build belongs to, to name its lines in a log by. */
  readonly realm: string;
  /** Begins a phase. `false`: the build was cancelled, or may not go on. */
  enterPhase(
    phase: Phase,
    status: PhaseStatus,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Appends to the log. `false`: the build was cancelled. */
  log(phase: Phase, entry: LogEntry, signal: AbortSignal): Promise<boolean>;
  /** The tag to prime the cache from, if any. */
  determineCacheTag(
    query: CacheQuery,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/**
 * Runs one build. Rejects with a `BuildFailure`, a `RefusedBuild` where it did
 * not begin; `signal` aborts when the manager cancels the build or the session
 * is lost.
 */
export type BuildHandler = (
  request: BuildRequest,
  reporter: BuildReporter,
  signal: AbortSignal,
) => Promise<BuildResult>;

/** Why a session is over. */
export type SessionEnd =
  /** Left by the worker, in order. */
  | { readonly kind: "left" }
  /** The manager does not want this worker; asking again at once is vain. */
  | { readonly kind: "rejected"; readonly reason: string }
  /** The connection is gone, or the manager said goodbye. */
  | {
    readonly kind: "lost";
    readonly reason: string;
    /** Whether a build runs, or is over and its result may not have arrived. */
    readonly owesResult: boolean;
  };

/**
 * A registered worker's session: builds arrive by themselves until it ends. A
 * hosted worker's ends by itself with its one build.
 */
export interface ManagerSession extends AsyncDisposable {
  /** The realm that the manager gave this worker. */
  readonly realm: string;
  /**
   * Resolves once the manager wants the worker, with the time of that by
   * `performance.now()`: it said so, or had a build for it first. Where neither
   * comes, this never settles.
   */
  readonly accepted: Promise<number>;
  /** Settles once, when the session is over; never rejects. */
  readonly ended: Promise<SessionEnd>;
  /** Whether a build may still come: the session is neither over nor left. */
  readonly takesBuilds: boolean;
  /** Takes no new build, waits for the running one, and says goodbye. */
  leave(): Promise<void>;
}

/** A Build Manager, whatever it speaks. */
export interface Manager {
  /**
   * Connects, registers, and offers `onBuild` to the manager.
   *
   * @throws {ManagerError} when the manager cannot be reached or refuses.
   */
  connect(onBuild: BuildHandler, signal: AbortSignal): Promise<ManagerSession>;
}

/** The manager cannot be reached, or refuses the worker before it is ready. */
export class ManagerError extends Error {
  override readonly name: string = "ManagerError";
  /** Whether trying again may help. */
  readonly retriable: boolean;

  constructor(
    message: string,
    options: ErrorOptions & { retriable: boolean },
  ) {
    super(message, options);
    this.retriable = options.retriable;
  }
}
