import { BuildFailure } from "../build/failure.ts";
import { ImageLeases } from "../build/image_leases.ts";
import { runBuild } from "../build/run_build.ts";
import { buildOptions } from "../config/build_options.ts";
import type { Config, Mode } from "../config/config.ts";
import type { Connections } from "../config/connections.ts";
import type { EngineClient } from "../engine/client.ts";
import type { HostedWorker } from "../manager/embedded/worker.ts";
import type { BuildHandler } from "../manager/manager.ts";
import { WampManager } from "../manager/wamp/wamp_manager.ts";
import { Secret } from "../secret/secret.ts";
import type { Logger } from "../telemetry/log.ts";
import { VERSION } from "../version.ts";
import type { Host } from "../worker/host.ts";
import { runWorker } from "../worker/worker.ts";
import type { BuildFollower } from "./follower.ts";
import { type Login, withLogin } from "./login.ts";
import { loopbackClient } from "./loopback.ts";

/** What a worker on this machine works with. */
export interface LocalWorkerParts {
  readonly engine: EngineClient;
  readonly host: Host;
  readonly connections: Connections;
  readonly settings: Config["settings"];
  readonly logger: Logger;
}

/** What {@linkcode runLocalWorker} needs to know. */
export interface LocalWorkerOptions extends LocalWorkerParts {
  /** Address of the manager on loopback. */
  readonly url: URL;
  /** As whom the manager expects it. */
  readonly hosted: HostedWorker;
  readonly login: Login;
  /** How long the manager may take for any answer, in milliseconds. */
  readonly patience: number;
  /** Client of the build's package. Default: that of the connections. */
  readonly packageClient: Deno.HttpClient | undefined;
  readonly follower: BuildFollower;
  /** Ends the worker, once its build is over. */
  readonly drain: AbortSignal;
}

/**
 * Runs a hosted worker for one build, as the program does without a command.
 *
 * @returns what the build failed with, where its manager was not told
 * @throws {BuildFailure} when it could not get its build
 */
export async function runLocalWorker(
  options: LocalWorkerOptions,
): Promise<unknown> {
  const { url, hosted, host, logger, drain, patience } = options;
  using client = loopbackClient(Number(url.port));
  await using images = new ImageLeases(options.engine, {
    logger,
    cacheSize: options.settings.IMAGE_CACHE,
  });
  const build = localBuildHandler(images, options);
  let unexpected: unknown;
  const onBuild: BuildHandler = async (...call) => {
    try {
      return await build(...call);
    } catch (error) {
      if (!(error instanceof BuildFailure)) unexpected = error;
      throw error;
    }
  };
  const { realm, token } = hosted;
  const mode: Mode = { kind: "hosted", realm, token: new Secret(token) };
  const manager = new WampManager({
    endpoint: url,
    client,
    mode,
    agent: `quay-builder/${VERSION}`,
    answerTimeout: patience,
    liveness: { interval: patience, timeout: patience },
    logger,
  });
  const end = await runWorker(manager, { mode, onBuild, host, logger, drain });
  if (end.kind !== "refused") return unexpected;
  throw new BuildFailure("internal_error", end.reason);
}

function localBuildHandler(
  images: ImageLeases,
  { engine, connections, logger, settings, ...options }: LocalWorkerOptions,
): BuildHandler {
  const { login, packageClient, follower, patience: idleTimeout } = options;
  const { source, buildProxies } = connections;
  return (request, reporter, signal) =>
    runBuild(withLogin(request, login), {
      reporter,
      engine,
      images,
      logger,
      source: {
        ...source,
        download: {
          ...source.download,
          // Straight to loopback, whatever the proxies. What is piped in may
          // take its time.
          ...(packageClient && {
            ...{ client: packageClient, proxies: {}, idleTimeout },
          }),
        },
      },
      proxies: buildProxies,
      ...buildOptions(settings),
      observer: (event) => follower.observe(event),
      signal,
    });
}
