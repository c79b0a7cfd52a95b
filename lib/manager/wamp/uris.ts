import type { FailureKind } from "../../build/failure.ts";

/**
 * The names that worker and Build Manager know each other by: Quay's worker
 * protocol, version "0.3".
 */

/** Version of the worker protocol, told to the manager with `ready`. */
export const PROTOCOL_VERSION = "0.3";

/** Realm in which an enterprise worker asks for one of its own. */
export const REGISTRATION_REALM = "registration";

/** Procedures that the manager offers. */
export const REGISTER = "io.quay.buildworker.register";
export const PING = "io.quay.buildworker.ping";
export const READY = "io.quay.buildworker.ready";
export const DETERMINE_CACHE_TAG = "io.quay.buildworker.determinecachetag";
export const LOG_MESSAGE = "io.quay.builder.logmessagesynchronously";

/** The procedure that the worker offers. */
export const BUILD = "io.quay.builder.build";

/** Topic on which the worker shows that it lives. */
export const HEARTBEAT = "io.quay.builder.heartbeat";

/** The error URI that tells the manager about each kind of failure. */
export const FAILURE_URIS: Readonly<Record<FailureKind, string>> = {
  build_package_issue: "io.quay.builder.buildpackissue",
  git_failure: "io.quay.builder.gitfailure",
  git_checkout: "io.quay.builder.gitcheckout",
  cannot_extract_build_package: "io.quay.builder.cannotextractbuildpack",
  dockerfile_issue: "io.quay.builder.dockerfileissue",
  cannot_pull_base_image: "io.quay.builder.cannotpullbaseimage",
  cannot_pull_for_cache: "io.quay.builder.cannotpullforcache",
  build_error: "io.quay.builder.builderror",
  tag_issue: "io.quay.builder.tagissue",
  push_issue: "io.quay.builder.pushissue",
  docker_connect_error: "io.quay.builder.dockerconnecterror",
  missing_or_invalid_argument: "io.quay.builder.missingorinvalidargument",
  cache_lookup_issue: "io.quay.builder.cachelookupissue",
  error_during_phase_transition: "io.quay.builder.errorduringphasetransition",
  client_rejected_transition: "io.quay.builder.clientrejectedtransition",
  internal_error: "io.quay.builder.internalerror",
};
