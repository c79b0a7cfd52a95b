import { type EngineFailure, isEngineFailure } from "../engine/errors.ts";
import { BuildFailure, type FailureKind } from "./failure.ts";

/**
 * Says what an error during a phase means for the build: `kind` where the
 * engine refused or failed, `docker_connect_error` where it cannot be reached.
 * Other errors, cancellation among them, are returned as they are.
 *
 * @param subject what was tried, as it reads after "Cannot"
 */
export function explainEngineFailure(
  error: unknown,
  kind: FailureKind,
  subject: string,
): unknown {
  if (!isEngineFailure(error)) return error;
  const isGone = error.kind === "unavailable";
  return new BuildFailure(
    isGone ? "docker_connect_error" : kind,
    `Cannot ${subject}: ${error.detail}${hint(error, kind)}`,
    { cause: error },
  );
}

/** The next step, where the engine's words leave a reader without one. */
function hint({ detail }: EngineFailure, kind: FailureKind): string {
  const hints = kind === "build_error"
    ? ENGINE_HINTS
    // A command of the Dockerfile may say the same of something else.
    : [...REGISTRY_HINTS, ...ENGINE_HINTS];
  const known = hints.find(([pattern]) => pattern.test(detail));
  return known === undefined ? "" : `\n\n${known[1]}`;
}

type Hint = readonly [RegExp, string];

const REGISTRY_HINTS: readonly Hint[] = [
  [
    /toomanyrequests|rate limit/i,
    "The registry limits how often images are pulled. Try again later, or use a base image on a registry that you have an account on.",
  ],
  [
    /manifest .*(unknown|not found)|not found: manifest/i,
    "The registry has no image of that name and tag. Check both in the FROM line.",
  ],
  [
    /unauthorized|denied|authentication required|no basic auth/i,
    "The registry does not let this build in. Check that the image exists and that the build's credentials may use it.",
  ],
  [
    /no matching manifest/i,
    "The image exists, but not for this worker's kind of processor.",
  ],
];

const ENGINE_HINTS: readonly Hint[] = [
  [
    /no space left on device/i,
    "The disk of the build worker is full. Its operator has to make room.",
  ],
];
