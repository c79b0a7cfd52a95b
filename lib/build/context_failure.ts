import { ContextError, type ContextErrorKind } from "../context/error.ts";
import { BuildFailure, type FailureKind } from "./failure.ts";

/** What each thing that is wrong with a package is to the manager. */
const KINDS: Readonly<Record<ContextErrorKind, FailureKind>> = {
  transfer: "build_package_issue",
  limit: "build_package_issue",
  corrupt: "cannot_extract_build_package",
  truncated: "cannot_extract_build_package",
  unsupported: "dockerfile_issue",
  context_missing: "dockerfile_issue",
  dockerfile_missing: "dockerfile_issue",
  dockerfile_invalid: "dockerfile_issue",
  ignore_invalid: "dockerfile_issue",
  changed: "build_package_issue",
};

/**
 * Says what a package that cannot give a context means for the build. Other
 * errors are returned as they are.
 */
export function explainContextError(error: unknown): unknown {
  if (!(error instanceof ContextError)) return error;
  return new BuildFailure(KINDS[error.kind], error.message, { cause: error });
}
