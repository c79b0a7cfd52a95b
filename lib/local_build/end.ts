import { BuildFailure, type FailureKind } from "../build/failure.ts";
import type { BuildReport } from "../manager/embedded/build_report.ts";
import { FAILURE_URIS } from "../manager/wamp/uris.ts";
import type { BuildEnd } from "./event.ts";

/**
 * What a manager's report means for the person who started the build.
 *
 * @param cause why the build failed, where its manager was not told
 */
export function endOf(report: BuildReport, cause?: unknown): BuildEnd {
  switch (report.kind) {
    case "success": {
      const { kind, imageId, digests } = report;
      return { kind, imageId, digests };
    }
    case "failure":
      return cause === undefined
        ? {
          kind: "failure",
          failure: failureOf(report.uri),
          message: report.baseError,
        }
        : failedFor(cause);
    case "lost":
    case "invalid":
      return failedFor(cause ?? report.reason);
  }
}

/** The end of a build that could not run, or failed in a way nobody expected. */
export function failedFor(cause: unknown): BuildEnd {
  return {
    kind: "failure",
    failure: cause instanceof BuildFailure ? cause.kind : "internal_error",
    message: cause instanceof Error ? cause.message : String(cause),
  };
}

function failureOf(uri: string): FailureKind {
  const kinds = Object.entries(FAILURE_URIS) as [FailureKind, string][];
  return kinds.find(([, known]) => known === uri)?.[0] ?? "internal_error";
}
