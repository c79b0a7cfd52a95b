import type { EngineClient } from "../engine/client.ts";
import type { BuildReporter } from "../manager/manager.ts";
import { type Proxies, secretsOfProxies } from "../network/proxies.ts";
import { Redactor } from "../secret/redactor.ts";
import type { Secret } from "../secret/secret.ts";
import { secretsOfUrl } from "../secret/url_secrets.ts";
import type { SourceOptions } from "../source/source.ts";
import type { Logger } from "../telemetry/log.ts";
import { buildContextImage } from "./building.ts";
import { primeCache } from "./caching.ts";
import type { ContainerOptions } from "./container_options.ts";
import { BuildDeadline } from "./deadline.ts";
import { BuildFailure } from "./failure.ts";
import type { ImageLeases } from "./image_leases.ts";
import { ImageLedger } from "./image_ledger.ts";
import type { BuildLimits } from "./limits.ts";
import { BuildLog } from "./log/build_log.ts";
import { observedLog } from "./observed.ts";
import type { BuildObserver, BuildOutcome } from "./observer.ts";
import { pullBaseImages } from "./pulling.ts";
import { pushTags } from "./pushing.ts";
import type { BuildRequest, BuildResult } from "./request.ts";
import { BuildScope } from "./scope.ts";
import { unpack } from "./unpacking.ts";

/** What a build needs besides its request. */
export interface BuildOptions {
  readonly reporter: BuildReporter;
  readonly engine: EngineClient;
  readonly logger: Logger;
  readonly source: SourceOptions;
  /** Longest log, in bytes. */
  readonly logLimit: number;
  readonly limits: BuildLimits;
  readonly container: ContainerOptions;
  /** Shared by all builds of this process on this engine. */
  readonly images: ImageLeases;
  /** The proxies that the build is told of, with their logins. Default: none. */
  readonly proxies?: Proxies | undefined;
  /** Told what happens in the build, for metrics and traces. */
  readonly observer?: BuildObserver | undefined;
  /** Cancels the build. */
  readonly signal: AbortSignal;
}

/**
 * Runs one build through its phases. Whatever becomes of it, nothing that it
 * made is left on the worker or the engine.
 *
 * @throws {BuildFailure} saying why there is no image, without any secret
 * @throws the signal's reason when the build is cancelled
 */
export async function runBuild(
  request: BuildRequest,
  options: BuildOptions,
): Promise<BuildResult> {
  const { logger } = options;
  const redactor = new Redactor([
    ...secretsOf(request),
    ...secretsOfProxies(options.proxies ?? {}),
  ]);
  using _hidden = logger.hide(redactor);
  const { repository, tags, source } = request;
  logger.info("Build begins", { repository, tags, source: source.kind });
  const began = performance.now();
  const seconds = () => Math.round(performance.now() - began) / 1000;
  const observeEnd = (outcome: BuildOutcome) =>
    options.observer?.({ kind: "ended", outcome, seconds: seconds() });
  try {
    const result = await runPhases(request, redactor, options);
    logger.info("Build succeeded", { ...result, seconds: seconds() });
    observeEnd("success");
    return result;
  } catch (error) {
    if (!(error instanceof BuildFailure)) {
      logger.warning("Build ended early", { seconds: seconds(), error });
      observeEnd(options.signal.aborted ? "aborted" : "internal_error");
      throw error;
    }
    const { kind } = error;
    logger.warning("Build failed", { kind, seconds: seconds(), error });
    observeEnd(kind);
    throw new BuildFailure(kind, redactor.redact(error.message), {
      cause: error.cause,
    });
  }
}

async function runPhases(
  request: BuildRequest,
  redactor: Redactor,
  options: BuildOptions,
): Promise<BuildResult> {
  const { engine, images, logger, observer, reporter } = options;
  await using ledger = new ImageLedger(engine, { images, logger });
  await using log = new BuildLog({
    send: observedLog(
      (phase, entry, signal) => reporter.log(phase, entry, signal),
      observer,
    ),
    redactor,
    limit: options.logLimit,
    signal: options.signal,
  });
  using deadline = new BuildDeadline({
    limit: options.limits.build,
    source: request.source.kind,
    phase: () => scope.phase,
  });
  const signal = AbortSignal.any([
    options.signal,
    log.signal,
    deadline.signal,
  ]);
  await using scope = new BuildScope({
    ...options,
    request,
    log,
    ledger,
    signal,
  });

  await using unpacked = await unpack(scope, {
    ...options.source,
    redact: (text) => redactor.redact(text),
  });
  using bases = await pullBaseImages(scope, unpacked.dockerfile);
  const cacheFrom = await primeCache(scope, bases.query);
  const built = await buildContextImage(scope, unpacked, cacheFrom);
  bases[Symbol.dispose]();
  const result = await pushTags(scope, built);
  await scope.complete();
  return result;
}

function secretsOf(request: BuildRequest): Secret[] {
  const { source } = request;
  return [
    request.pullCredentials?.password,
    request.pushCredentials?.password,
    request.baseImageCredentials?.password,
    // The address of a repository is no secret as a whole.
    source.kind === "git" ? source.privateKey : source.url,
    ...secretsOfUrl(source.url.reveal()),
  ].filter((secret) => secret !== undefined);
}
