import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { onBegun } from "../support/on_begun.ts";
import { sideBySide } from "../support/side_by_side.ts";
import { assertLeavesAtOnce } from "./_leaving.ts";
import { assertFailure, isDeserted, startWorker } from "./_own_engine.ts";
import { listening, verdict } from "./_readiness.ts";
import { Stage } from "./_stage.ts";

const CONNECT_ERROR = "dockerconnecterror";

/** For a worker that tells what it waits for. */
const TELLING = { LISTEN: "127.0.0.1:0" };

const WAITING = [503, "Builder 1 waits for the engine"] as const;

/** A worker on an engine that is lost now and then, and must cost no more. */
async function loseEngine(
  lose: (scene: {
    readonly daemon: EngineDaemon;
    readonly manager: EmbeddedManager;
    /** Waits until a build's command says that it has `begun`. */
    begun(): Promise<void>;
    build(command: string): ReturnType<EmbeddedManager["build"]>;
    /** Waits until the worker has left, and nothing but the engine helps. */
    isWaiting(): Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await using daemon = await EngineDaemon.start();
  await using stage = await Stage.set(daemon.host);
  const before = await stage.traces();
  let begun = Promise.withResolvers<void>();
  await using manager = await EmbeddedManager.listen({
    onEvent: onBegun(() => begun.resolve()),
  });
  await using worker = startWorker(daemon, manager, TELLING);
  const address = await listening(worker);
  await lose({
    daemon,
    manager,
    async begun() {
      await begun.promise;
      begun = Promise.withResolvers();
    },
    build: async (command) =>
      await manager.build(stage.arguments({
        build_package: await stage.package({
          Dockerfile: `FROM ${stage.base}\nRUN ${command}\n`,
        }),
      })),
    async isWaiting() {
      await isDeserted(manager);
      await verdict(address, WAITING);
      assertEquals(manager.workers, []);
    },
  });
  await manager.waitForWorker();
  await eventually(
    async () => `${await stage.traces()}` === `${before}` || undefined,
    { what: "the engine to be as before" },
  ).catch(async () => assertEquals(await stage.traces(), before));
  worker.signal("SIGTERM");
  assertEquals((await worker.exited()).code, 0);
  assertEquals(manager.violations, []);
}

Deno.test("an enterprise worker whose engine is away", async (t) => {
  await sideBySide(t, {
    "says so, and registers once it is there": async () => {
      await using daemon = await EngineDaemon.start();
      await daemon.stop();
      await using manager = await EmbeddedManager.listen();
      await using worker = startWorker(daemon, manager, TELLING);
      await worker.said("Taking no builds");
      assertStringIncludes(
        worker.log,
        "has no socket there: start the engine",
      );
      // From there, nothing but the engine leads on.
      await verdict(await listening(worker), WAITING);
      assertEquals(manager.workers, []);
      await daemon.restart();
      await manager.waitForWorker();
    },

    "leaves within a second when asked to": async () => {
      await using daemon = await EngineDaemon.start();
      await using manager = await EmbeddedManager.listen();
      await daemon.stop();
      await assertLeavesAtOnce({
        start: () => startWorker(daemon, manager),
        reach: (worker) => worker.said("Taking no builds"),
      });
      await daemon.restart();
      daemon.freeze();
      await assertLeavesAtOnce({
        start: () => startWorker(daemon, manager, TELLING),
        // From there on it hears signals.
        reach: (worker) => listening(worker),
      });
      daemon.thaw();
    },

    "loses one build where it was killed amid that, and the next one waits":
      () =>
        loseEngine(async ({ daemon, begun, build, isWaiting }) => {
          const long = build("echo begun; sleep 60");
          await begun();
          await daemon.kill();
          assertFailure(await long, CONNECT_ERROR);
          await isWaiting();
          const next = build("true");
          await daemon.restart();
          assertEquals((await next).kind, "success");
        }),

    "loses one build where it was stopped amid that, which it tells to end":
      () =>
        loseEngine(async ({ daemon, begun, build, isWaiting }) => {
          const long = build(
            "echo begun; trap 'exit 143' TERM; sleep 60 & wait",
          );
          await begun();
          const stopped = daemon.stop();
          assertFailure(await long, CONNECT_ERROR);
          await isWaiting();
          await stopped;
          await daemon.restart();
        }),

    "loses no more than the build that finds out that it is gone": () =>
      loseEngine(async ({ daemon, manager, build, isWaiting }) => {
        await manager.waitForWorker();
        await daemon.kill();
        assertFailure(await build("true"), CONNECT_ERROR);
        await isWaiting();
        const next = build("true");
        await daemon.restart();
        assertEquals((await next).kind, "success");
      }),

    "notices it without a build": () =>
      loseEngine(async ({ daemon, manager, isWaiting }) => {
        await manager.waitForWorker();
        await daemon.stop();
        await isWaiting();
        await daemon.restart();
      }),

    "answers the build where it hangs, and takes no other": async () => {
      await using daemon = await EngineDaemon.start();
      await using manager = await EmbeddedManager.listen();
      await using worker = startWorker(daemon, manager);
      const { realm } = await manager.waitForWorker();
      daemon.freeze();
      const report = await manager.build({
        build_package: "http://127.0.0.1:1/",
        repository: "e2e/hangs",
        registry: "127.0.0.1:1",
        tag_names: ["latest"],
      });
      assertFailure(report, CONNECT_ERROR);
      await isDeserted(manager);
      assertStringIncludes(worker.log, "does not answer within 5 s");
      daemon.thaw();
      assert((await manager.waitForWorker()).realm !== realm);
    },
  });
});
