import { EmbeddedManager } from "../manager/embedded/embedded_manager.ts";
import type { UnfitHost } from "../worker/host.ts";
import { HostWatch } from "../worker/host_watch.ts";
import { endOf, failedFor } from "./end.ts";
import type { BuildEnd, LocalFailureKind } from "./event.ts";
import type { BuildFollower } from "./follower.ts";
import type { Login } from "./login.ts";
import type { LocalBuildSource } from "./source.ts";
import type { BuildTarget } from "./target.ts";
import { type LocalWorkerParts, runLocalWorker } from "./worker.ts";

/** One build on this machine. */
export interface LocalBuild {
  readonly source: LocalBuildSource;
  readonly target: BuildTarget;
  readonly login: Login;
  /** Tag of the repository that cached layers are taken from, if any. */
  readonly cacheTag: string | undefined;
}

/** What {@linkcode runLocalBuild} works with. */
export interface LocalBuildOptions extends Omit<LocalWorkerParts, "host"> {
  readonly follower: BuildFollower;
  /** Cancels the build. */
  readonly signal: AbortSignal;
}

/**
 * How long manager and worker may wait for each other, in milliseconds. What
 * makes one of them wait is a person who has stopped the output.
 */
const PATIENCE = 24 * 60 * 60 * 1_000;

/** What a build fails with that cannot even begin. */
const FAILURES: Readonly<Record<UnfitHost["kind"], LocalFailureKind>> = {
  engine_away: "docker_connect_error",
  disk_full: "disk_full",
};

/**
 * Runs a build as Quay would have it run: a Build Manager on loopback hands it
 * to a hosted worker, both within this process.
 */
export async function runLocalBuild(
  build: LocalBuild,
  options: LocalBuildOptions,
): Promise<BuildEnd> {
  const { engine, follower, logger, settings, signal } = options;
  await using host = new HostWatch({
    engine,
    disk: { floor: settings.DISK_FLOOR, size: settings.DISK_SIZE },
    logger,
  });
  const state = await host.look();
  if (state.kind !== "fit") {
    return {
      kind: "failure",
      failure: FAILURES[state.kind],
      message: `Cannot build here: ${state.reason}`,
    };
  }
  await using manager = await listen(build, follower);
  const hosted = { realm: crypto.randomUUID(), token: crypto.randomUUID() };
  await manager.expectHosted(hosted);
  const ended = new AbortController();
  const worker = runLocalWorker({
    ...options,
    host,
    url: new URL(manager.url),
    hosted,
    login: build.login,
    patience: PATIENCE,
    packageClient: build.source.client,
    drain: ended.signal,
  });
  // A worker that cannot have its build ends without it.
  const stopped = new AbortController();
  worker.catch((error) => stopped.abort(error));
  try {
    const report = await manager.build(callOf(build), {
      realm: hosted.realm,
      signal: AbortSignal.any([signal, stopped.signal]),
    });
    if (report.kind !== "success" && signal.aborted) {
      return { kind: "cancelled" };
    }
    return endOf(report, build.source.failure ?? await worker);
  } catch (error) {
    return signal.aborted ? { kind: "cancelled" } : failedFor(error);
  } finally {
    ended.abort();
    await worker.catch(() => {});
  }
}

/** Tells the follower of all that a worker reports. */
function listen(
  { cacheTag }: LocalBuild,
  follower: BuildFollower,
): Promise<EmbeddedManager> {
  return EmbeddedManager.listen({
    answers: {
      phase: async ({ phase, statusData }) => {
        await follower.enterPhase(phase, statusData);
        return true;
      },
      log: async ({ phase, entry }) => {
        await follower.addEntry(phase, entry);
        return true;
      },
      cacheTag: () => cacheTag ?? "",
    },
    heartbeatTimeout: PATIENCE,
  });
}

/** The arguments of the build's call, as Quay's Build Manager has them. */
function callOf({ source, target }: LocalBuild): Record<string, unknown> {
  const { registry, repository, tags } = target;
  return {
    ...source.arguments,
    registry,
    repository,
    tag_names: tags,
    base_image: {},
  };
}
