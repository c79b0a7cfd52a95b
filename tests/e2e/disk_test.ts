import { assertEquals } from "@std/assert";
import { listImages } from "../../lib/engine/list_images.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { importLayer } from "../support/import_layer.ts";
import { sideBySide } from "../support/side_by_side.ts";
import { assertFailure, isDeserted, startWorker } from "./_own_engine.ts";
import { Stage } from "./_stage.ts";

const MIB = 2 ** 20;

/** Of the worker: what the engine stores may take 10 MiB. */
const DISK = { DISK_SIZE: "20MiB", DISK_FLOOR: "10MiB" };

Deno.test("a disk that fills up", async (t) => {
  await sideBySide(t, {
    "keeps a worker from taking builds, until there is room": async () => {
      await using daemon = await EngineDaemon.start();
      await using stage = await Stage.set(daemon.host);
      await using manager = await EmbeddedManager.listen();
      await using worker = startWorker(daemon, manager, DISK);
      await manager.waitForWorker();
      const name = "quay-builder-test/big:latest";
      await importLayer(stage.engine, { name, size: 11 * MIB });
      const build = async () =>
        await manager.build(stage.arguments({
          build_package: await stage.package({
            Dockerfile: `FROM ${stage.base}\nRUN true\n`,
          }),
        }));
      const refused = build();
      // The worker may find out by itself: then nobody takes the build.
      const report = await Promise.race([
        refused,
        isDeserted(manager).then(() => undefined),
      ]);
      if (report) assertFailure(report, "internalerror");
      await isDeserted(manager);
      await worker.said("less free space than the 10.0 MiB of DISK_FLOOR");
      await removeImage(stage.engine, name);
      assertEquals((await (report ? build() : refused)).kind, "success");
    },

    "costs base images that were kept, and no build": async () => {
      await using daemon = await EngineDaemon.start();
      await using stage = await Stage.set(daemon.host);
      const { engine } = stage;
      const base = `${stage.open.host}/kept/base:latest`;
      await importLayer(engine, { name: base, size: 6 * MIB });
      await pushImage(engine, base);
      await removeImage(engine, base);
      await using manager = await EmbeddedManager.listen();
      await using _worker = startWorker(daemon, manager, {
        ...DISK,
        IMAGE_CACHE: "1GiB",
      });
      const build = async (Dockerfile: string) => {
        const build_package = await stage.package({ Dockerfile });
        const report = await manager.build(stage.arguments({ build_package }));
        assertEquals(report.kind, "success", JSON.stringify(report));
      };
      const names = async () => {
        const images = await listImages(engine);
        return images.flatMap(({ repoTags }) => repoTags);
      };
      await build(`FROM ${base}\nLABEL one=1\n`);
      assertEquals((await names()).includes(base), true);
      const others = "quay-builder-test/others:latest";
      await importLayer(engine, { name: others, size: 5 * MIB });
      await build(`FROM ${stage.base}\nRUN true\n`);
      assertEquals((await names()).includes(base), false);
    },
  });
});
