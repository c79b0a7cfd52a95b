import type { LogEntry, Phase } from "../manager.ts";

/** A phase that a worker entered. */
export interface PhaseRecord {
  readonly phase: Phase;
  readonly statusData: Readonly<Record<string, unknown>>;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** A log entry that a worker sent. */
export interface LogRecord {
  readonly phase: Phase;
  readonly entry: LogEntry;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** A worker asks for the tag to prime its cache from. */
export interface CacheTagCall {
  readonly realm: string;
  readonly baseImageName: string;
  readonly baseImageTag: string;
  readonly baseImageId: string;
  readonly commandComments: string;
}

/** How a build ended. */
export type BuildOutcome =
  | {
    readonly kind: "success";
    /** The engine's ID of the image. */
    readonly imageId: string;
    /** `host/namespace/name@sha256:…` of what was pushed. */
    readonly digests: readonly string[];
  }
  | {
    readonly kind: "failure";
    /** What went wrong, for example `io.quay.builder.builderror`. */
    readonly uri: string;
    /** What the person whose build failed reads. */
    readonly baseError: string;
  }
  /** The worker went away, or the manager did. */
  | { readonly kind: "lost"; readonly reason: string }
  /** The worker answered what nobody understands. */
  | { readonly kind: "invalid"; readonly reason: string };

/** What a worker told about a build, in the order it came. */
export interface BuildCourse {
  readonly realm: string;
  /** When the worker was called, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** When the build ended, in milliseconds since the epoch. */
  readonly endedAt: number;
  readonly phases: readonly PhaseRecord[];
  readonly log: readonly LogRecord[];
  readonly cacheTagCalls: readonly CacheTagCall[];
  /** Most phase and log calls that waited for an answer at the same time. */
  readonly peakCalls: number;
}

/** Everything the manager saw of one build. */
export type BuildReport = BuildOutcome & BuildCourse;
