import { type EngineFailure, isEngineFailure } from "../engine/errors.ts";
import {
  type RegistryTrouble,
  registryTrouble,
} from "../engine/registry_trouble.ts";
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
function hint(error: EngineFailure, kind: FailureKind): string {
  const { detail } = error;
  if (error.kind === "timeout") {
    return error.isStalled ? `\n\n${STALLED_ADVICE}` : "";
  }
  const advice = kind === "build_error"
    ? STEP_ADVICE.find(([words]) => words.test(detail))?.[1]
    : transferAdvice(detail);
  return advice === undefined ? "" : `\n\n${advice}`;
}

function transferAdvice(detail: string): string | undefined {
  const trouble = registryTrouble(detail);
  return trouble && TRANSFER_ADVICE[trouble];
}

const STALLED_ADVICE =
  "The registry may be overloaded, or too slow for this build worker (TRANSFER_IDLE_TIMEOUT). Try again later, or ask the worker's operator for more time.";

const DISK_FULL =
  "The disk of the build worker is full. Its operator has to make room.";

/** What the reader of a failed build can do about a pull or a push. */
const TRANSFER_ADVICE: Readonly<Record<RegistryTrouble, string>> = {
  name:
    "The registry's name does not resolve on the build worker. Check it; if it is right, the worker's operator has to look at the name resolution of the engine's machine.",
  unreachable:
    "No way leads from the build worker's engine to that registry. Check its name; if it is right, the worker's operator has to look at the network of the engine's machine.",
  refused:
    "Nothing accepts connections at that registry. Check its name and port; if they are right, it may be down, or a firewall may stand between.",
  timeout:
    "The registry did not answer in time. Try again later; if it stays like this, the worker's operator has to look at firewalls and proxies.",
  untrusted:
    "The engine of the build worker does not trust the registry's certificate. The worker's operator has to add its authority to /etc/docker/certs.d on the engine's machine.",
  wrong_host:
    "The registry's certificate is for another name. Use that name for the registry.",
  expired:
    "The registry's certificate is not valid at this time. The registry's operator has to renew it, or the worker's operator to set the clock.",
  plain_http:
    'The registry does not speak TLS. The worker\'s operator can add it to "insecure-registries" of the engine.',
  tls:
    "The engine of the build worker and the registry cannot agree on TLS. The worker's operator has to look at the engine's log.",
  proxy:
    "The proxy of the engine does not let it through to the registry. The worker's operator has to look at the engine's proxy settings.",
  rate_limit:
    "The registry limits how often images are pulled. Try again later, or use a base image on a registry that you have an account on.",
  quota:
    "The registry has no room left for this account. Remove images or tags there, or ask its operator for a higher quota.",
  too_large:
    "The registry, or a proxy before it, does not take a layer so large. Make the image's layers smaller, or ask the registry's operator to allow more.",
  platform:
    "The image exists, but not for this worker's kind of processor. Use one that is there for it.",
  missing:
    "The registry has no image of that name and tag. Check both in the FROM line.",
  denied:
    "The registry does not let this build in. Check that the image exists and that the build's credentials may use it.",
  broken:
    "What answers is no registry, or one in trouble. Check its name and port, and try again later.",
  disk_full: DISK_FULL,
};

/**
 * The same for a build's steps. A command may say of something else what a
 * registry says, so this is only what the engine says of itself.
 */
const STEP_ADVICE: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, DISK_FULL],
  [
    /(COPY|ADD) failed: .*(file not found|no such file)/s,
    "Check the path: it counts from the directory of the build's context, and what .dockerignore excludes is not there.",
  ],
];
