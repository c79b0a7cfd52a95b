/**
 * Every way in which a build can fail, in the words of the Build Manager
 * ("What the manager is told"); a transport translates a kind into its own
 * codes.
 *
 * - `build_package_issue`: the package cannot be loaded, or no source was given
 * - `git_failure`: cloning or fetching failed or timed out
 * - `git_checkout`: the commit or a submodule is not there
 * - `cannot_extract_build_package`: the archive is broken
 * - `dockerfile_issue`: missing, empty or invalid Dockerfile, bad `FROM`,
 *   unsupported package type
 * - `cannot_pull_base_image`, `cannot_pull_for_cache`: a pull failed
 * - `build_error`: a build step failed
 * - `tag_issue`: tagging or the final inspection failed
 * - `push_issue`: a push failed
 * - `docker_connect_error`: the engine cannot be reached
 * - `missing_or_invalid_argument`: the build's arguments cannot be decoded
 * - `cache_lookup_issue`, `error_during_phase_transition`: the manager's answer
 *   has the wrong shape
 * - `client_rejected_transition`: the manager answered `false`
 * - `internal_error`: anything else
 */
export const FAILURE_KINDS = [
  "build_package_issue",
  "git_failure",
  "git_checkout",
  "cannot_extract_build_package",
  "dockerfile_issue",
  "cannot_pull_base_image",
  "cannot_pull_for_cache",
  "build_error",
  "tag_issue",
  "push_issue",
  "docker_connect_error",
  "missing_or_invalid_argument",
  "cache_lookup_issue",
  "error_during_phase_transition",
  "client_rejected_transition",
  "internal_error",
] as const;

/** How a build failed, one of {@linkcode FAILURE_KINDS}. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/**
 * The one error that ends a build. Its message is the `base_error` that the
 * person whose build failed will read: what went wrong in their terms, and
 * what to do; never a secret. The technical reason stays in `cause`.
 */
export class BuildFailure extends Error {
  override readonly name = "BuildFailure";
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * The failure of a build whose engine was stopped.
 *
 * @param cause what the build itself seemed to fail with
 */
export function engineStopped(cause: unknown): BuildFailure {
  return new BuildFailure(
    "docker_connect_error",
    "The Docker engine was stopped while it built",
    { cause },
  );
}

/** The failure of a build of which the manager wants no more. */
export function buildCancelled(): BuildFailure {
  return new BuildFailure(
    "client_rejected_transition",
    "The build was cancelled, or its repository is gone",
  );
}
