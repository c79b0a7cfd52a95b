import type { Phase } from "../manager/manager.ts";
import { formatDuration } from "../time/duration.ts";
import { BuildFailure, type FailureKind } from "./failure.ts";
import type { BuildSource } from "./request.ts";

/** Options of {@linkcode BuildDeadline}. */
export interface BuildDeadlineOptions {
  /** Milliseconds; by default any time. */
  readonly limit: number | undefined;
  readonly source: BuildSource["kind"];
  /** The phase that runs when the time is up. */
  phase(): Phase;
}

/**
 * Aborts its signal when a build has had all the time that it may take, with
 * the failure of the phase that runs then. Disposing stops the clock.
 */
export class BuildDeadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ limit, source, phase }: BuildDeadlineOptions) {
    if (limit === undefined) return;
    this.#timer = setTimeout(() => {
      const kind = kindOf(phase(), source);
      this.#controller.abort(
        new BuildFailure(
          kind,
          `The build was ended in phase "${phase()}": it took longer than ${
            formatDuration(limit)
          }, all that a build may take on this build worker (BUILD_TIMEOUT). Make it shorter, or ask the worker's operator for more time.`,
        ),
      );
    }, limit);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

function kindOf(phase: Phase, source: BuildSource["kind"]): FailureKind {
  switch (phase) {
    case "unpacking":
      return source === "git" ? "git_failure" : "build_package_issue";
    case "pulling":
      return "cannot_pull_base_image";
    // Without a failure of their own, as builds go on where these fail.
    case "checking-cache":
    case "priming-cache":
    case "building":
      return "build_error";
    case "pushing":
      return "push_issue";
  }
}
