import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import type { EngineClient } from "../../lib/engine/client.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { packagePermissions } from "../../lib/config/permissions.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { onBegun } from "../support/on_begun.ts";
import { eventually } from "../support/eventually.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { assertLeavesAtOnce } from "./_leaving.ts";
import { listening, verdict } from "./_readiness.ts";
import { Stage } from "./_stage.ts";

const CONNECT_ERROR = "io.quay.builder.dockerconnecterror";

/** A worker on an engine of its own. */
function startWorker(
  daemon: EngineDaemon,
  manager: EmbeddedManager,
  env: Readonly<Record<string, string>> = {},
): WorkerProcess {
  return new WorkerProcess({
    env: { DOCKER_HOST: daemon.host, ENDPOINT: manager.url, ...env },
    permissions: packagePermissions({ socket: daemon.socket }),
  });
}

/** Waits until the manager has no worker. */
function isDeserted(manager: EmbeddedManager): Promise<unknown> {
  return eventually(() => manager.workers.length === 0 || undefined, {
    what: "the worker to leave",
  });
}

function assertFailure(report: BuildReport, uri: string): void {
  assert(report.kind === "failure", JSON.stringify(report));
  assertEquals(report.uri, uri);
}

Deno.test("an enterprise worker without an engine says so, and registers once there is one", async () => {
  await using daemon = await EngineDaemon.start();
  await daemon.stop();
  await using manager = await EmbeddedManager.listen();
  await using worker = startWorker(daemon, manager, { LISTEN: "127.0.0.1:0" });
  await worker.said("Taking no builds");
  assertStringIncludes(worker.log, "has no socket there: start the engine");
  // From there, nothing but the engine leads on.
  await verdict(await listening(worker), [
    503,
    "Builder 1 waits for the engine",
  ]);
  assertEquals(manager.workers, []);
  await daemon.restart();
  await manager.waitForWorker();
});

Deno.test("a worker that waits for its engine leaves within a second when asked to", async () => {
  await using daemon = await EngineDaemon.start();
  await using manager = await EmbeddedManager.listen();
  for (const trouble of ["stopped", "frozen"] as const) {
    if (trouble === "stopped") await daemon.stop();
    else {
      await daemon.restart();
      daemon.freeze();
    }
    await assertLeavesAtOnce({
      start: () => startWorker(daemon, manager, { LISTEN: "127.0.0.1:0" }),
      // From there on it hears signals.
      reach: (worker) =>
        trouble === "stopped"
          ? worker.said("Taking no builds")
          : listening(worker),
    });
  }
  daemon.thaw();
});

Deno.test("an engine that is lost costs one build, and its return brings the worker back", async (t) => {
  await using daemon = await EngineDaemon.start();
  await using stage = await Stage.set(daemon.host);
  const before = await stage.traces();
  let begun = Promise.withResolvers<void>();
  await using manager = await EmbeddedManager.listen({
    onEvent: onBegun(() => begun.resolve()),
  });
  await using worker = startWorker(daemon, manager);
  const build = async (command: string) =>
    await manager.build(stage.arguments({
      build_package: await stage.package({
        Dockerfile: `FROM ${stage.base}\nRUN ${command}\n`,
      }),
    }));

  await t.step("lost amid a build, the next build waits", async () => {
    const long = build("echo begun; sleep 60");
    await begun.promise;
    await daemon.kill();
    assertFailure(await long, CONNECT_ERROR);
    await isDeserted(manager);
    const next = build("true");
    await delay(1_500);
    assertEquals(manager.workers, []);
    await daemon.restart();
    assertEquals((await next).kind, "success");
  });

  await t.step("stopped amid a build, which it tells to end", async () => {
    await manager.waitForWorker();
    begun = Promise.withResolvers();
    const long = build("echo begun; trap 'exit 143' TERM; sleep 60 & wait");
    await begun.promise;
    const stopped = daemon.stop();
    assertFailure(await long, CONNECT_ERROR);
    await isDeserted(manager);
    await stopped;
    await daemon.restart();
  });

  await t.step(
    "lost while idle, it costs no more than the build that finds it out",
    async () => {
      await manager.waitForWorker();
      await daemon.kill();
      assertFailure(await build("true"), CONNECT_ERROR);
      await isDeserted(manager);
      const next = build("true");
      await daemon.restart();
      assertEquals((await next).kind, "success");
    },
  );

  await t.step("lost while idle, it is noticed without a build", async () => {
    await manager.waitForWorker();
    await daemon.stop();
    await isDeserted(manager);
    await daemon.restart();
    await manager.waitForWorker();
  });

  await t.step("what the lost builds left is gone", async () => {
    await eventually(
      async () => String(await stage.traces()) === String(before) || undefined,
      { what: "the engine to be as before" },
    );
  });

  worker.signal("SIGTERM");
  assertEquals((await worker.exited()).code, 0);
  assertEquals(manager.violations, []);
});

Deno.test("a worker whose engine hangs answers the build, and takes no other", async () => {
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
  }).catch((error) => error);
  assertFailure(report, CONNECT_ERROR);
  await isDeserted(manager);
  assertStringIncludes(worker.log, "does not answer within 5 s");
  daemon.thaw();
  assert((await manager.waitForWorker()).realm !== realm);
});

Deno.test("a disk that fills up keeps a worker from taking builds, until there is room", async () => {
  await using daemon = await EngineDaemon.start();
  await using stage = await Stage.set(daemon.host);
  await using manager = await EmbeddedManager.listen();
  // An image of 100 MiB leaves less than the floor.
  await using worker = startWorker(daemon, manager, {
    DISK_SIZE: "200MiB",
    DISK_FLOOR: "100MiB",
  });
  await manager.waitForWorker();
  const big = "quay-builder-test/big:latest";
  await importLayer(stage.engine, big, 110 * 2 ** 20);
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
  if (report) assertFailure(report, "io.quay.builder.internalerror");
  await isDeserted(manager);
  await worker.said("less free space than the 100.0 MiB of DISK_FLOOR");
  await removeImage(stage.engine, big);
  assertEquals((await (report ? build() : refused)).kind, "success");
});

/** Makes an image that takes so many bytes. */
async function importLayer(
  engine: EngineClient,
  name: string,
  size: number,
): Promise<void> {
  const [repo = "", tag = ""] = name.split(":");
  const root = await Deno.makeTempDir();
  await Deno.writeFile(`${root}/file`, new Uint8Array(size));
  const { stdout } = await new Deno.Command("tar", {
    args: ["-cC", root, "file"],
  }).output();
  await Deno.remove(root, { recursive: true });
  const response = await engine.request({
    action: "import an image",
    method: "POST",
    path: "/images/create",
    query: new URLSearchParams({ fromSrc: "-", repo, tag }),
    headers: { "Content-Type": "application/x-tar" },
    body: new Blob([stdout]).stream(),
  });
  await response.text();
}
