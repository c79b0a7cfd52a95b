import { ImageLeases } from "../../lib/build/image_leases.ts";
import type { BuildResult } from "../../lib/build/request.ts";
import { runBuild } from "../../lib/build/run_build.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import type { BuildReporter, LogEntry } from "../../lib/manager/manager.ts";
import { Secret } from "../../lib/secret/secret.ts";
import type { Stage } from "../e2e/_stage.ts";
import { silentLogger } from "../support/silent_logger.ts";

/** A build that {@linkcode build} runs. */
export interface Build {
  readonly engine: EngineClient;
  /** After `FROM` the stage's base image. */
  readonly steps: string;
  /** What the process's builds have changed. Default: its own, taken back. */
  readonly images?: ImageLeases;
}

/** What came of a {@linkcode Build}. */
export interface Built extends BuildResult {
  readonly output: string;
  readonly repository: string;
}

/** Builds and pushes an image; gives what the build says of it, too. */
export async function build(
  stage: Stage,
  { engine, steps, images }: Build,
): Promise<Built> {
  const entries: LogEntry[] = [];
  const reporter: BuildReporter = {
    realm: "realm",
    enterPhase: () => Promise.resolve(true),
    determineCacheTag: () => Promise.resolve(undefined),
    log(_phase, entry) {
      entries.push(entry);
      return Promise.resolve(true);
    },
  };
  await using own = new ImageLeases(engine, { logger: silentLogger });
  const Dockerfile = `FROM ${stage.base}\n${steps}`;
  const repository = `e2e/image-${crypto.randomUUID().slice(0, 8)}`;
  const idleTimeout = 60_000;
  const result = await runBuild({
    source: {
      kind: "package",
      url: new Secret(await stage.package({ Dockerfile })),
    },
    context: "",
    dockerfilePath: "",
    repository,
    registry: stage.open.host,
    tags: ["latest"],
  }, {
    reporter,
    engine,
    images: images ?? own,
    logger: silentLogger,
    source: {
      limits: {},
      temporaryDirectory: "/tmp",
      download: { idleTimeout },
      git: {
        idleTimeout,
        totalTimeout: idleTimeout,
        allowFile: false,
        knownHosts: undefined,
      },
    },
    logLimit: 1024 ** 2,
    limits: {},
    container: {},
    signal: new AbortController().signal,
  });
  const output = entries.map(({ stream }) => stream ?? "").join("");
  return { ...result, output, repository };
}

/** What there is on the engine that was not there before. */
export async function leftSince(
  before: readonly string[],
  stage: Stage,
): Promise<string[]> {
  return (await stage.traces()).filter((trace) => !before.includes(trace));
}
