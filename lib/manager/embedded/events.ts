import type { BuildReport, LogRecord, PhaseRecord } from "./build_report.ts";

/** Something a worker did that it must not do. */
export interface WorkerViolation {
  /** The worker's realm, where it has joined one. */
  readonly realm: string | undefined;
  readonly message: string;
}

/** What happens in a manager, for whoever watches it live. */
export type ManagerEvent =
  | { readonly kind: "worker_joined"; readonly realm: string }
  | { readonly kind: "worker_ready"; readonly realm: string }
  | {
    readonly kind: "worker_rejected";
    readonly realm: string;
    readonly reason: string;
  }
  | {
    readonly kind: "worker_gone";
    readonly realm: string;
    readonly reason: string;
  }
  | { readonly kind: "build_started"; readonly realm: string }
  | {
    readonly kind: "phase";
    readonly realm: string;
    readonly record: PhaseRecord;
  }
  | { readonly kind: "log"; readonly realm: string; readonly record: LogRecord }
  | { readonly kind: "build_ended"; readonly report: BuildReport }
  | { readonly kind: "violation"; readonly violation: WorkerViolation };
