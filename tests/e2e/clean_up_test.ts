import { assert, assertEquals } from "@std/assert";
import { buildImage } from "../../lib/engine/build.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { pullImage } from "../../lib/engine/pull.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { pack } from "../support/archive.ts";
import { BaseImage } from "../support/base_image.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

Deno.test("a worker takes back what it did, and nothing else", async (t) => {
  await using stage = await Stage.set();
  const { engine } = stage;
  await using manager = await EmbeddedManager.listen();
  await using _worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const build = async (Dockerfile: string, overrides = {}) =>
    await manager.build(stage.arguments({
      build_package: await stage.package({ Dockerfile }),
      ...overrides,
    }));

  await t.step(
    "a base image that was there before stays, by tag and by digest",
    async () => {
      const { digest } = await pullImage(engine, stage.base);
      await pullImage(engine, `${stage.base}@${digest}`);
      const before = await stage.traces();
      const { repoDigests } = await inspectImage(engine, stage.base);
      for (const from of [stage.base, `${stage.base}@${digest}`]) {
        assertEquals((await build(`FROM ${from}\nRUN true\n`)).kind, "success");
        assertEquals(
          (await build(`FROM ${from}\nRUN false\n`)).kind,
          "failure",
        );
      }
      assertEquals(await stage.traces(), before);
      assertEquals(
        (await inspectImage(engine, stage.base)).repoDigests,
        repoDigests,
      );
      await removeImage(engine, stage.base, { force: true });
    },
  );

  await t.step("a base image by its digest goes again", async () => {
    const before = await stage.traces();
    const digest = await stage.open.digest("e2e/base", "latest");
    const report = await build(`FROM ${stage.base}@${digest}\nRUN true\n`);
    assertEquals(report.kind, "success");
    assertEquals(await stage.traces(), before);
  });

  await t.step(
    "an image that had the name of the pushed one has it again",
    async () => {
      await using other = await BaseImage.make(engine);
      const repository = "e2e/taken";
      const name = `${stage.open.host}/${repository}:latest`;
      await tagImage(engine, other.name, { as: name });
      const before = await stage.traces();
      const report = await build(`FROM ${stage.base}\nRUN date +%N > /now\n`, {
        repository,
      });
      assertEquals(report.kind, "success");
      assertEquals(await stage.traces(), before);
      const [mine, theirs] = [name, other.name].map((image) =>
        inspectImage(engine, image)
      );
      assertEquals((await mine)?.id, (await theirs)?.id);
      await removeImage(engine, name);
    },
  );

  await t.step("other names in the same repository stay, too", async () => {
    await using older = await BaseImage.make(engine);
    await pullImage(engine, stage.base);
    await tagImage(engine, stage.base, { as: `${stage.base}:v2` });
    await tagImage(engine, older.name, { as: stage.base });
    const before = await stage.traces();
    const report = await build(`FROM ${stage.base}\nRUN true\n`);
    assertEquals(report.kind, "success");
    assertEquals(await stage.traces(), before);
    await removeImage(engine, `${stage.base}:v2`);
    await removeImage(engine, stage.base);
  });

  await t.step(
    "a build's output cannot name what is to be removed",
    async () => {
      await using other = await BaseImage.make(engine);
      const { id } = await inspectImage(engine, other.name);
      const short = id.replace("sha256:", "").slice(0, 12);
      const before = await stage.traces();
      const report = await build(
        `FROM ${stage.base}\nRUN printf ' ---> ${short}\\n'; exit 1\n`,
      );
      assertEquals(report.kind, "failure");
      assertEquals(await stage.traces(), before);
    },
  );

  await t.step(
    "an image without a name stays, also when a build comes to it by the cache",
    async () => {
      const Dockerfile = `FROM ${stage.base}\nRUN date +%N > /theirs\n`;
      await pullImage(engine, stage.base);
      const context = new Blob([await pack({ Dockerfile }, "tar")]).stream();
      const { imageId } = await buildImage(engine, context);
      const before = await stage.traces();
      const repository = "e2e/theirs";
      const report = await build(Dockerfile, { repository });
      assert(report.kind === "success", JSON.stringify(report));
      assertEquals(report.imageId, imageId);
      assertEquals((await build(`${Dockerfile}RUN false\n`)).kind, "failure");
      assertEquals(await stage.traces(), before);
      await removeImage(engine, imageId);
      await removeImage(engine, stage.base);
    },
  );

  await t.step("finished steps of a failed build are gone", async () => {
    const before = await stage.traces();
    const report = await build(
      `FROM ${stage.base} AS one\nRUN date > /1\nRUN date > /2\n` +
        `FROM scratch\nCOPY --from=one /1 /\nCOPY missing /\n`,
    );
    assertEquals(report.kind, "failure");
    assertEquals(await stage.traces(), before);
  });
});
