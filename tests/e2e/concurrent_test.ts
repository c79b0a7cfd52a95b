import { assert, assertEquals } from "@std/assert";
import { listImages } from "../../lib/engine/list_images.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { onBegun } from "../support/on_begun.ts";
import { BaseImage } from "../support/base_image.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

const BUILDERS = 4;

/** What a registry tells of an image. */
interface PushedImage {
  /** The engine's ID of it, which is the digest of its configuration. */
  readonly imageId: string;
  /** Digests of its layers, the base's first. */
  readonly layers: readonly string[];
}

async function readPushed(
  { open }: Stage,
  repository: string,
  reference: string,
): Promise<PushedImage> {
  const response = await fetch(
    `http://${open.host}/v2/${repository}/manifests/${reference}`,
    {
      headers: {
        Accept: "application/vnd.docker.distribution.manifest.v2+json",
      },
    },
  );
  const manifest: {
    config: { digest: string };
    layers: { digest: string }[];
  } = await response.json();
  return {
    imageId: manifest.config.digest,
    layers: manifest.layers.map(({ digest }) => digest),
  };
}

/** Checks that a build pushed the image that it says to have built. */
async function assertPushedOwn(
  stage: Stage,
  report: BuildReport,
): Promise<PushedImage> {
  assert(report.kind === "success", JSON.stringify(report));
  const [, repository = "", digest = ""] =
    /^[^/]+\/(.+)@(.+)$/.exec(report.digests[0] ?? "") ?? [];
  const pushed = await readPushed(stage, repository, digest);
  assertEquals(pushed.imageId, report.imageId);
  return pushed;
}

/** The digest of what a build pulled as its base. */
function pulledDigest({ log }: BuildReport): string {
  const statuses = log.filter(({ phase }) => phase === "pulling")
    .map(({ entry }) => entry.status ?? "");
  return statuses.map((status) => /^Digest: (\S+)/.exec(status)?.[1])
    .find((digest) => digest !== undefined) ?? "";
}

Deno.test("builds at the same time leave each other's images alone", async (t) => {
  await using stage = await Stage.set();
  let cancel = new AbortController();
  await using manager = await EmbeddedManager.listen({
    onEvent: onBegun(() => cancel.abort()),
  });
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, BUILDERS: String(BUILDERS) },
  });
  const build = async (
    Dockerfile: string,
    overrides = {},
    signal?: AbortSignal,
  ) => {
    const kwargs = stage.arguments({
      build_package: await stage.package({ Dockerfile }),
      ...overrides,
    });
    return await manager.build(kwargs, signal && { signal });
  };
  const before = await stage.traces();

  await t.step(
    "one base and the same steps, with failures and cancellations",
    async () => {
      const steps = `FROM ${stage.base}\nRUN date > /one\nRUN date > /two\n`;
      const endings = [
        "",
        "RUN false\n",
        "RUN echo begun; sleep 600\n",
        "",
        "COPY no /\n",
      ];
      const kinds = ["success", "failure", "failure", "success", "failure"];
      for (let round = 0; round < 2; round++) {
        cancel = new AbortController();
        const reports = await Promise.all([
          ...endings.map((ending) =>
            build(
              `${steps}${ending}`,
              {},
              ending.includes("sleep") ? cancel.signal : undefined,
            )
          ),
          build(`${steps}RUN date > /three\n`),
        ]);
        assertEquals(
          reports.map(({ kind }) => kind),
          [...kinds, "success"],
          JSON.stringify(reports),
        );
        for (const report of reports) {
          if (report.kind === "success") await assertPushedOwn(stage, report);
        }
        assertEquals(await stage.traces(), before);
      }
    },
  );

  await t.step("each pushes its own image to the same tag", async () => {
    const repository = "e2e/contested";
    const reports = await Promise.all(
      Array.from({ length: BUILDERS }, (_, index) =>
        build(
          `FROM ${stage.base}\nRUN echo ${index} > /index\n`,
          { repository, tag_names: ["latest", "other"] },
        )),
    );
    const ids = new Set<string>();
    for (const report of reports) {
      ids.add((await assertPushedOwn(stage, report)).imageId);
    }
    assertEquals(ids.size, BUILDERS);
    assertEquals(await stage.traces(), before);
  });

  await t.step(
    "a base is what was pulled, also while another build pushes it",
    async () => {
      const repository = "e2e/moving";
      const base = `${stage.open.host}/${repository}`;
      const next = (version: number) =>
        build(`FROM ${stage.base}\nRUN echo ${version} > /version\n`, {
          repository,
        });
      assertEquals((await next(0)).kind, "success");
      const derived = () =>
        build(
          `FROM ${base} AS first\nRUN date +%N > /x\nFROM ${base}\nRUN id\n`,
        );
      const reports = await Promise.all([
        next(1),
        derived(),
        next(2),
        derived(),
        next(3),
        derived(),
      ]);
      for (const report of reports) {
        const { layers } = await assertPushedOwn(stage, report);
        const digest = pulledDigest(report);
        const from = report.phases.find(({ phase }) => phase === "pulling")
          ?.statusData["base_image"];
        const path = String(from).replace(/^[^/]+\//, "");
        const expected = await readPushed(stage, path, digest);
        assertEquals(layers.slice(0, expected.layers.length), expected.layers);
      }
      assertEquals(await stage.traces(), before);
    },
  );

  await t.step(
    "an image of others has its name again once the last is over",
    async () => {
      await using theirs = await BaseImage.make(stage.engine);
      const repository = "e2e/theirs";
      const name = `${stage.open.host}/${repository}:latest`;
      await tagImage(stage.engine, theirs.name, { as: name });
      const taken = await stage.traces();
      const reports = await Promise.all(
        Array.from({ length: BUILDERS }, (_, index) =>
          build(
            `FROM ${stage.base}\nRUN echo ${index} > /theirs; sleep ${index}\n`,
            { repository },
          )),
      );
      for (const report of reports) await assertPushedOwn(stage, report);
      assertEquals(await stage.traces(), taken);
      await removeImage(stage.engine, name);
    },
  );

  assertEquals(worker.log.includes("Cannot clean up"), false, worker.log);
  assertEquals(manager.violations, []);
});

/** Has two workers on one engine do builds at the same time, and leave. */
async function buildWithTwo(
  stage: Stage,
  steps: (build: string) => string,
): Promise<void> {
  await using manager = await EmbeddedManager.listen();
  const env = { ENDPOINT: manager.url, BUILDERS: "2" };
  await using one = new WorkerProcess({ env });
  await using two = new WorkerProcess({ env });
  for (let round = 0; round < 3; round++) {
    const reports = await Promise.all(
      Array.from(
        { length: BUILDERS },
        async (_, build) =>
          await manager.build(stage.arguments({
            build_package: await stage.package({
              Dockerfile: `FROM ${stage.base}\n${steps(`${round}-${build}`)}`,
            }),
          })),
      ),
    );
    for (const report of reports) await assertPushedOwn(stage, report);
  }
  for (const worker of [one, two]) worker.signal("SIGTERM");
  for (const worker of [one, two]) {
    assertEquals((await worker.exited()).code, 0);
  }
}

Deno.test("builds of several workers on one engine leave each other's images alone", async (t) => {
  await using stage = await Stage.set();
  const before = await stage.traces();

  await t.step("steps of their own leave nothing", async () => {
    await buildWithTwo(stage, (build) => `RUN echo ${build} > /build\n`);
    assertEquals(await stage.traces(), before);
  });

  await t.step(
    "the same steps at the same time leave nothing but images without a name",
    async () => {
      await buildWithTwo(stage, () => "RUN date > /one\nRUN date > /two\n");
      const images = await listImages(stage.engine, { all: true });
      const unnamed = images
        .filter(({ repoTags, repoDigests }) =>
          repoTags.length + repoDigests.length === 0
        );
      const left = (await stage.traces())
        .filter((trace) => !before.includes(trace));
      for (const trace of left) {
        const image = unnamed.find(({ id }) => trace.startsWith(id));
        assert(image !== undefined, `${trace} is left`);
        // One goes after those that are built upon it, or with them.
        await removeImage(stage.engine, image.id, { force: true })
          .catch(() => {});
      }
      assertEquals(await stage.traces(), before);
    },
  );
});
