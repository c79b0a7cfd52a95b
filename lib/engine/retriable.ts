import { withoutNames } from "./_without_names.ts";
import { isEngineFailure } from "./errors.ts";

/**
 * Whether a failed pull or push may succeed when it is tried again: the network
 * or the registry had a weak moment. Not so when the registry gave its verdict
 * (401, 403, 404, a bad name), nor for anything that is not known to pass.
 *
 * The engine answers 500 to most of this, and tells the rest in its stream, so
 * that the words decide: those of Engine 20.10 as measured, and the "unexpected
 * status" of engines with the containerd image store.
 */
export function isRetriable(error: unknown): boolean {
  if (!isEngineFailure(error)) return false;
  switch (error.kind) {
    case "unavailable":
      return error.reason === "disconnected";
    case "truncated":
      return true;
    case "http":
      // An engine's own 500 says nothing; a proxy's 502 and the like do.
      return error.status !== 500 && isPassingStatus(error.status) ||
        isPassingTrouble(error.detail);
    case "stream":
      return isPassingTrouble(error.detail);
    case "timeout":
      return error.isStalled;
    case "protocol":
    case "version":
      return false;
  }
}

/**
 * Whether a pull or push failed because the registry wants fewer requests. How
 * long to wait (`Retry-After`, RFC 9110, section 10.2.3), the engine does not
 * tell (20.10): neither in its answer nor by waiting itself.
 */
export function isRateLimited(error: unknown): boolean {
  if (!isEngineFailure(error)) return false;
  if (error.kind === "http" && error.status === 429) return true;
  const words = withoutNames(error.detail);
  return RATE_LIMIT.test(words) || REGISTRY_STATUS.exec(words)?.[1] === "429";
}

/** The registry's status, where the engine could make nothing else of it. */
const REGISTRY_STATUS =
  /(?:HTTP(?: status:)?|unexpected status[^0-9]*) (\d{3})\b/;

const RATE_LIMIT = /\b(toomanyrequests|too many requests)\b/i;

const VERDICT =
  /\b(unauthorized|authentication required|no basic auth credentials|denied|forbidden|manifest unknown|name unknown|not found|does not exist|no such (image|host)|invalid reference|x509)\b/i;

const PASSING =
  /\b(toomanyrequests|too many requests|EOF|connection reset|broken pipe|connection refused|no route to host|network is unreachable|server misbehaving|temporary failure|time-?out|timed out|deadline exceeded|request canceled|closed (network|idle) connection|GOAWAY|stream error|blob upload (unknown|invalid)|verification failed|internal server error|bad gateway|service unavailable)\b/i;

function isPassingTrouble(detail: string): boolean {
  const words = withoutNames(detail);
  const status = REGISTRY_STATUS.exec(words)?.[1];
  if (status !== undefined) return isPassingStatus(Number(status));
  return !VERDICT.test(words) && PASSING.test(words);
}

function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
