import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { pullImage } from "../../lib/engine/pull.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { decode } from "../../lib/wamp/decode.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { ManagerTap } from "./_manager_tap.ts";
import { output, Stage, TOKEN } from "./_stage.ts";

function succeeded(report: BuildReport) {
  if (report.kind === "success") return report;
  throw new Error(`The build did not succeed: ${JSON.stringify(report)}`);
}

function phases(report: BuildReport): string[] {
  return report.phases.map(({ phase }) => phase);
}

Deno.test("an enterprise worker takes builds of every shape, one after the other", async (t) => {
  await using stage = await Stage.set();
  let cacheTag = "";
  await using manager = await EmbeddedManager.listen({
    answers: { cacheTag: () => cacheTag },
  });
  await using tap = new ManagerTap(manager.url);
  await using worker = new WorkerProcess({ env: { ENDPOINT: tap.url } });
  const before = await stage.traces();
  const simple = `FROM ${stage.base}\nCOPY . /context/\nRUN ls -R /context\n`;

  for (const format of ["tar.gz", "tar", "zip"] as const) {
    await t.step(
      `a ${format} is built, pushed under two tags and reported`,
      async () => {
        const kwargs = stage.arguments({
          build_package: await stage.package({
            "Dockerfile": simple,
            "hello.txt": "hello\n",
          }, format),
          tag_names: ["latest", "v1.2"],
        });
        const report = succeeded(await manager.build(kwargs));
        const name = `${kwargs.registry}/${kwargs.repository}`;
        assertEquals(phases(report), [
          "unpacking",
          "pulling",
          "checking-cache",
          "building",
          "pushing",
        ]);
        assertEquals(await stage.open.tags(kwargs.repository), [
          "latest",
          "v1.2",
        ]);
        const digest = await stage.open.digest(kwargs.repository, "v1.2");
        assertEquals(report.digests, [`${name}@${digest}`]);
        assertStringIncludes(output(report), "hello.txt");
        await pullImage(stage.engine, `${name}:latest`);
        assertEquals(
          (await inspectImage(stage.engine, `${name}:latest`)).id,
          report.imageId,
        );
        await removeImage(stage.engine, `${name}:latest`);
      },
    );
  }

  await t.step("a plain Dockerfile is a package, too", async () => {
    const kwargs = stage.arguments({
      build_package: stage.packages.add({
        body: `FROM ${stage.base}\nRUN echo plain\n`,
        contentType: "text/plain",
      }),
      dockerfile_path: "",
    });
    const report = succeeded(await manager.build(kwargs));
    assertStringIncludes(output(report), "plain\n");
    assertStringIncludes(output(report), "Step 1/2 :");
  });

  for (
    const [context, dockerfilePath] of [
      ["/sub", "Dockerfile"],
      ["sub/", ""],
      ["/", "sub/Dockerfile"],
      ["sub", "other/Dockerfile.dev"],
      ["sub/other", "../Dockerfile"],
    ]
  ) {
    await t.step(
      `context "${context}" with Dockerfile "${dockerfilePath}"`,
      async () => {
        const report = await manager.build(stage.arguments({
          build_package: await stage.package({
            "top.txt": "",
            "sub/Dockerfile": simple,
            "sub/in-sub.txt": "",
            "sub/other/Dockerfile.dev": simple,
            "sub/other/in-other.txt": "",
          }),
          context,
          dockerfile_path: dockerfilePath,
        }));
        const listing = output(succeeded(report));
        assertEquals(listing.includes("top.txt"), context === "/");
        assertEquals(listing.includes("in-sub.txt"), context !== "sub/other");
        assertStringIncludes(listing, "in-other.txt");
      },
    );
  }

  await t.step(
    "a private base image is pulled, and the image pushed, as $token",
    async () => {
      const { host } = stage.guarded;
      const kwargs = stage.arguments({
        build_package: await stage.package({
          "Dockerfile": `FROM ${host}/e2e/base\nRUN echo private\n`,
        }),
        registry: host,
        base_image: { username: "$token", password: TOKEN },
      });
      const report = succeeded(await manager.build(kwargs));
      assertEquals(await stage.guarded.tags(kwargs.repository), ["latest"]);
      const pulling = report.phases.find(({ phase }) => phase === "pulling");
      assertEquals(pulling?.statusData, {
        registry: host,
        base_image: `${host}/e2e/base`,
        base_image_tag: "latest",
        pull_username: "$token",
      });
    },
  );

  await t.step("FROM scratch has nothing to pull", async () => {
    const report = succeeded(
      await manager.build(stage.arguments({
        build_package: await stage.package({
          "Dockerfile": "FROM scratch\nCOPY file /\n",
          "file": "x",
        }),
      })),
    );
    assertEquals(phases(report).includes("pulling"), false);
    assertMatch(report.cacheTagCalls[0]?.baseImageId ?? "", /^511136ea3c5a/);
  });

  await t.step(
    "an image that files are copied from is pulled, and is no base",
    async () => {
      const report = succeeded(
        await manager.build(stage.arguments({
          build_package: await stage.package({
            "Dockerfile":
              `FROM scratch\nCOPY --from=${stage.base} /bin/busybox /\n`,
          }),
        })),
      );
      assertEquals(phases(report).includes("pulling"), true);
      assertEquals(report.cacheTagCalls[0]?.baseImageName, "scratch");
    },
  );

  await t.step("stages from several images are all pulled", async () => {
    const report = succeeded(
      await manager.build(stage.arguments({
        build_package: await stage.package({
          "Dockerfile": `ARG BASE=${stage.base}\n` +
            "FROM $BASE AS one\nRUN echo one > /one\n" +
            `FROM ${stage.guarded.host}/e2e/base\n` +
            "COPY --from=one /one /\nRUN cat /one\n",
        }),
        registry: stage.guarded.host,
        base_image: { username: "$token", password: TOKEN },
      })),
    );
    assertStringIncludes(output(report), "Successfully built");
  });

  await t.step(
    "the cache is primed from the tag that the manager names",
    async () => {
      const kwargs = stage.arguments({
        build_package: await stage.package({
          "Dockerfile": `FROM ${stage.base}\nRUN date +%N > /now\n`,
        }),
      });
      succeeded(await manager.build(kwargs));
      cacheTag = "latest";
      const cached = succeeded(await manager.build(kwargs));
      assertEquals(phases(cached).includes("priming-cache"), true);
      assertStringIncludes(output(cached), "Using cache");

      const changed = succeeded(
        await manager.build({
          ...kwargs,
          build_package: await stage.package({
            "Dockerfile":
              `FROM ${stage.base}\nRUN date +%N > /now\nRUN echo more\nRUN echo most\n`,
          }),
        }),
      );
      assertStringIncludes(output(changed), "Using cache");

      cacheTag = "no-such-tag";
      const uncached = succeeded(await manager.build(kwargs));
      assertEquals(phases(uncached).includes("priming-cache"), true);
      assertEquals(output(uncached).includes("Using cache"), false);
      assertStringIncludes(worker.log, "kind=cannot_pull_for_cache");

      cacheTag = "no tag at all!";
      const without = succeeded(await manager.build(kwargs));
      assertEquals(phases(without).includes("priming-cache"), false);
      assertMatch(
        output(without),
        /^Cannot look a cache tag up: .*no tag at all!.*Building without a cache$/m,
      );
      cacheTag = "";
    },
  );

  await t.step(
    "nothing is left on the engine, and nothing was done that must not be",
    async () => {
      assertEquals(await stage.traces(), before);
      assertEquals(manager.violations, []);
      for (const { heartbeats } of manager.workers) {
        assertEquals(heartbeats.longestGap < 10_000, true);
      }
    },
  );

  await t.step("asked to stop, it says goodbye and exits with 0", async () => {
    worker.signal("SIGTERM");
    const { code, log } = await worker.exited();
    assertEquals(code, 0);
    assertEquals(decode(tap.sent.at(-1) ?? "").kind, "goodbye");
    assertEquals(log.includes(TOKEN), false);
  });
});
