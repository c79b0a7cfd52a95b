import type { FailureKind } from "../build/failure.ts";
import type { Phase } from "../manager/manager.ts";

/**
 * How a build on this machine can fail: as one of Quay's, or, where a worker
 * would wait for room, with `disk_full`.
 */
export type LocalFailureKind = FailureKind | "disk_full";

/** How a build ended. */
export type BuildEnd =
  | {
    readonly kind: "success";
    /** The engine's ID of the image. */
    readonly imageId: string;
    /** `host/namespace/name@sha256:…` */
    readonly digests: readonly string[];
  }
  | {
    readonly kind: "failure";
    readonly failure: LocalFailureKind;
    /** What went wrong, and what to do. */
    readonly message: string;
  }
  /** The person who started it took it back. */
  | { readonly kind: "cancelled" };

/** What happens in a build, for whoever watches it. */
export type BuildEvent =
  | {
    readonly kind: "phase";
    readonly phase: Phase;
    /** The image that the phase is about. */
    readonly image?: string;
  }
  /** After the last phase, the worker cleans up. */
  | {
    readonly kind: "phase_ended";
    readonly phase: Phase;
    /** Whether the build went on from it to the next, or to its result. */
    readonly completed: boolean;
  }
  /** Output of the build; may end within a line. */
  | { readonly kind: "output"; readonly phase: Phase; readonly text: string }
  /** What a layer (`id`), or a transfer as a whole, is doing. */
  | {
    readonly kind: "status";
    readonly phase: Phase;
    readonly status: string;
    readonly id?: string;
    readonly progress?: {
      /** Bytes done, and bytes in all. */
      readonly current: number;
      readonly total: number;
    };
  }
  /** So many more bytes of the local files were packed for the worker. */
  | { readonly kind: "packed"; readonly bytes: number }
  /** The engine has taken so many more bytes of the context. */
  | { readonly kind: "sent"; readonly bytes: number }
  /** A line of the worker's own log, or a remark of this command. */
  | { readonly kind: "remark"; readonly text: string }
  /** The last event of a build. */
  | { readonly kind: "end"; readonly end: BuildEnd };

/** Shows a build while it runs. */
export interface BuildDisplay extends AsyncDisposable {
  /**
   * Shows what happened. The next event should wait for it, as the reader may
   * be slow.
   *
   * @throws when nobody reads any more
   */
  show(event: BuildEvent): Promise<void>;
}
