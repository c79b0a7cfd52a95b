import { assert, assertEquals, assertRejects } from "@std/assert";
import { BuildFailure } from "../../lib/build/failure.ts";
import { ImageLeases } from "../../lib/build/image_leases.ts";
import type { BuildResult } from "../../lib/build/request.ts";
import { runBuild } from "../../lib/build/run_build.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient, type EngineRequest } from "../../lib/engine/client.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import type { BuildReporter, LogEntry } from "../../lib/manager/manager.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { Stage } from "../e2e/_stage.ts";
import { BaseImage } from "../support/base_image.ts";
import { silentLogger } from "../support/silent_logger.ts";
import { DOCKER_HOST } from "../support/worker_process.ts";

/** An engine on which somebody gives names away just before they are pushed. */
class BusyEngine extends EngineClient {
  /** What is given the name, and how often. */
  readonly #theirs: string;
  #left: number;

  constructor(theirs: string, times: number) {
    super(parseEngineAddress(DOCKER_HOST));
    this.#theirs = theirs;
    this.#left = times;
  }

  override async request(request: EngineRequest): Promise<Response> {
    const [, name] = /^\/images\/(.+)\/push$/.exec(request.path) ?? [];
    if (name !== undefined && this.#left-- > 0) {
      const tag = request.query?.get("tag");
      const as = `${decodeURIComponent(name)}:${tag}`;
      await tagImage(this, this.#theirs, { as });
    }
    return await super.request(request);
  }
}

/** Builds and pushes an image; gives what the build says of it, too. */
async function build(
  stage: Stage,
  engine: EngineClient,
): Promise<BuildResult & { output: string; repository: string }> {
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
  await using images = new ImageLeases(engine, { logger: silentLogger });
  const Dockerfile = `FROM ${stage.base}\nRUN echo ${crypto.randomUUID()} >/id`;
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
    images,
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

Deno.test("a build whose name somebody takes before the push pushes again, and reports its own", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  {
    await using theirs = await BaseImage.make(stage.engine);
    await using engine = new BusyEngine(theirs.name, 1);
    const { digests, imageId, output, repository } = await build(stage, engine);
    assert(output.includes("Pushing again (2 left)"), output);
    const digest = await stage.open.digest(repository, "latest");
    assertEquals(digests, [`${stage.open.host}/${repository}@${digest}`]);
    const manifest = await fetch(
      `http://${stage.open.host}/v2/${repository}/manifests/${digest}`,
      {
        headers: {
          accept: "application/vnd.docker.distribution.manifest.v2+json",
        },
      },
    );
    const { config } = await manifest.json();
    assertEquals(config.digest, imageId);
  }
  assertEquals(
    (await stage.traces()).filter((trace) => !before.includes(trace)),
    [],
  );
});

Deno.test("a build whose name somebody takes each time fails, and is tried again elsewhere", async () => {
  await using stage = await Stage.set();
  await using theirs = await BaseImage.make(stage.engine);
  await using engine = new BusyEngine(theirs.name, Infinity);
  const error = await assertRejects(
    () => build(stage, engine),
    BuildFailure,
    "another build worker on the same engine",
  );
  assertEquals(error.kind, "push_issue");
});
