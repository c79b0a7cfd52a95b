import type { Phase } from "../manager/manager.ts";
import type { FailureKind } from "./failure.ts";

/**
 * What became of a build. `aborted`: its session was lost, or the manager
 * interrupted it.
 */
export type BuildOutcome = "success" | "aborted" | FailureKind;

/** Something that happened in a build. None of it holds a secret. */
export type BuildObservation =
  | { readonly kind: "phase-began"; readonly phase: Phase }
  /** Also the phase in which the build ends is told to have ended, before it. */
  | {
    readonly kind: "phase-ended";
    readonly phase: Phase;
    /** Whether the build went on from it to the next, or to its result. */
    readonly completed: boolean;
    readonly seconds: number;
  }
  /** A transfer failed, and is going to be tried again. */
  | { readonly kind: "retry"; readonly direction: "pull" | "push" }
  /** The manager has taken an entry of the log, of so many bytes of text. */
  | { readonly kind: "log-sent"; readonly bytes: number }
  /** The engine has taken so many more bytes of the context. */
  | { readonly kind: "context-sent"; readonly bytes: number }
  /** The last event of a build. */
  | {
    readonly kind: "ended";
    readonly outcome: BuildOutcome;
    readonly seconds: number;
  };

/** Follows one build. Nothing waits for it, and it does not throw. */
export type BuildObserver = (event: BuildObservation) => void;
