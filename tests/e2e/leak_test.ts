import { assert, assertEquals } from "@std/assert";
import { pullImage } from "../../lib/engine/pull.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import type { Answers } from "../../lib/manager/embedded/answers.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Relay } from "../packaging/_relay.ts";
import { onBegun } from "../support/on_begun.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";
import { assertFailed, failingBuilds } from "./_failing_builds.ts";
import { PLACES, Scene, SECRETS, SEEN } from "./_leak_scene.ts";
import { escapeXml, Mark, secretMark } from "./_mark.ts";
import { MarkSearch } from "./_mark_search.ts";
import { output, Stage, TOKEN } from "./_stage.ts";
import { WatchedWorker } from "./_watched_worker.ts";

/** A build that only ends when it is ended. */
async function endlessBuild({ stage }: Scene): Promise<string> {
  return await stage.package({
    Dockerfile: `FROM ${stage.base}\nRUN echo begun; sleep 60\n`,
  });
}

Deno.test("the secrets of builds are found nowhere", async (t) => {
  await using scene = await Scene.set();
  const { git, search, stage } = scene;

  await t.step("whatever the builds of a worker come to", async (t) => {
    let answers: Answers = {};
    await using manager = await EmbeddedManager.listen({
      answers: {
        phase: (call) => answers.phase?.(call),
        log: (call) => answers.log?.(call),
        cacheTag: (call) => answers.cacheTag?.(call),
      },
    });
    await using _worker = new WatchedWorker(scene, manager);
    const build = (overrides: Readonly<Record<string, unknown>>) =>
      manager.build(scene.arguments(overrides));

    for (const failing of await failingBuilds(stage)) {
      await t.step(failing.name, async () => {
        answers = failing.answers ?? {};
        assertFailed(await build(failing.kwargs), failing);
      });
    }
    answers = { cacheTag: () => "latest" };

    await t.step("a store quotes the signature that it denies", async () => {
      const Message = `No: ${escapeXml(SECRETS.signature.value)}`;
      const report = await build({
        build_package: stage.packages.add({
          body: `<Error><Code>No</Code><Message>${Message}</Message></Error>`,
          status: 403,
        }),
      });
      assertEquals(report.kind, "failure");
    });
    await t.step("a package is built, twice with a cache", async () => {
      const kwargs = scene.arguments({
        build_package: await stage.package({
          Dockerfile: `FROM ${stage.base}\nARG A\nENV B=$A\nCOPY . /\n`,
        }),
      });
      await scene.lookIntoImages(await manager.build(kwargs));
      await scene.lookIntoImages(await manager.build(kwargs));
    });
    await t.step("a private base image is used", async () => {
      const { host } = stage.guarded;
      await scene.lookIntoImages(
        await build({
          build_package: await stage.package({
            Dockerfile: `FROM ${host}/e2e/base\nRUN env\n`,
          }),
          registry: host,
          pull_token: TOKEN,
          push_token: TOKEN,
          base_image: { username: "$token", password: TOKEN },
        }),
      );
    });
    await t.step("a commit is built, with .git in the context", async () => {
      await scene.lookIntoImages(
        await build({
          git: {
            url: git.httpUrl("me", SECRETS.git.value),
            sha: git.commit,
          },
          repository: `e2e/${SEEN.value}`,
        }),
      );
    });
    await t.step("a commit is built, with a private key", async () => {
      const report = await build({
        git: {
          url: git.sshUrl,
          sha: git.commit,
          private_key: git.privateKey.reveal(),
        },
      });
      await scene.lookIntoImages(report);
    });

    const noGit = {
      "the password is wrong": {
        url: git.httpUrl("me", SECRETS.wrongGit.value),
      },
      "a token in the place of a user is wrong": {
        url: git.httpUrl(SECRETS.gitUser.value),
      },
      "the commit is not there": {
        url: git.httpUrl("me", SECRETS.git.value),
        sha: "0123456789012345678901234567890123456789",
      },
      "the server is not there": {
        url: `http://me:${
          encodeURIComponent(SECRETS.git.value)
        }@127.0.0.1:9/x.git`,
      },
      "the key is wrong": {
        url: git.sshUrl,
        private_key: git.wrongKey.reveal(),
      },
      "the key is broken": {
        url: git.sshUrl,
        private_key: git.wrongKey.reveal().replace("KEY", "KEI"),
      },
      "the password is not encoded": {
        url: `http://me:${SECRETS.git.value}@${git.host}/x.git`,
      },
    };
    for (const [name, source] of Object.entries(noGit)) {
      await t.step(`git: ${name}`, async () => {
        const report = await build({ git: { sha: git.commit, ...source } });
        assertEquals(report.kind, "failure", JSON.stringify(report));
      });
    }
    assertEquals(manager.violations, []);
  });

  await t.step("the manager takes a build back, or goes away", async () => {
    const interrupt = new AbortController();
    let isInterrupted = false;
    await using manager = await EmbeddedManager.listen({
      onEvent: onBegun((realm) => {
        if (isInterrupted) return manager.dropWorker(realm);
        isInterrupted = true;
        interrupt.abort();
      }),
    });
    await using _worker = new WatchedWorker(scene, manager);
    const kwargs = scene.arguments({
      build_package: await endlessBuild(scene),
    });
    const { signal } = interrupt;
    assertEquals((await manager.build(kwargs, { signal })).kind, "failure");
    assertEquals((await manager.build(kwargs)).kind, "lost");
  });

  await t.step("a worker is stopped", async () => {
    const begun = Promise.withResolvers<void>();
    await using manager = await EmbeddedManager.listen({
      onEvent: onBegun(() => begun.resolve()),
    });
    await using worker = new WatchedWorker(scene, manager);
    const report = manager.build(scene.arguments({
      build_package: await endlessBuild(scene),
    }));
    await begun.promise;
    worker.process.signal("SIGTERM");
    worker.process.signal("SIGINT");
    assertEquals((await report).kind, "failure");
    assertEquals((await worker.process.exited()).code, 3);
  });

  await t.step("the engine goes away", async () => {
    await using engine = new Relay({ target: { kind: "unix", path: SOCKET } });
    await using manager = await EmbeddedManager.listen();
    await using _worker = new WatchedWorker(scene, manager, {
      DOCKER_HOST: `tcp://127.0.0.1:${engine.port}`,
    });
    await manager.waitForWorker();
    await engine[Symbol.asyncDispose]();
    const report = await manager.build(scene.arguments({
      build_package: await stage.package({
        Dockerfile: `FROM ${stage.base}\n`,
      }),
    }));
    assertEquals(report.kind, "failure");
  });

  const hosted = { REALM: "e2e-realm", TOKEN: SECRETS.hosted.value };

  await t.step("a hosted worker builds, and leaves", async () => {
    await using manager = await EmbeddedManager.listen();
    await manager.expectHosted({ realm: hosted.REALM, token: hosted.TOKEN });
    const env = { ...hosted, LOG_FORMAT: "json" };
    await using worker = new WatchedWorker(scene, manager, env);
    await scene.lookIntoImages(
      await manager.build(scene.arguments({
        git: {
          url: git.httpUrl("me", SECRETS.git.value),
          sha: git.commit,
        },
      })),
    );
    assertEquals((await worker.process.exited()).code, 0);
  });

  await t.step("a hosted worker is rejected", async () => {
    await using manager = await EmbeddedManager.listen();
    await manager.expectHosted({ realm: hosted.REALM, token: "another" });
    await using worker = new WatchedWorker(scene, manager, hosted);
    assertEquals((await worker.process.exited()).code, 1);
  });

  await t.step("what may be seen is found in every place", async () => {
    await Deno.writeTextFile(`${scene.scratch}/seen`, SEEN.value);
    const image = `${stage.open.host}/e2e/${SEEN.value}`;
    await pullImage(stage.engine, image);
    await scene.lookOnDisks();
    await removeImage(stage.engine, image, { force: true });
    assertEquals(search.placesOf(SEEN), Object.values(PLACES).sort());
  });

  for (const secret of scene.secrets) {
    await t.step(`${secret.name} is found nowhere`, () => {
      assertEquals(search.placesOf(secret), []);
    });
  }
});

Deno.test("a secret that a build prints is masked in the log", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await using _worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const secret = new Mark("the push token", secretMark("").value);
  const search = new MarkSearch([secret]);
  const report = await manager.build(stage.arguments({
    push_token: secret.value,
    build_package: await stage.package({
      Dockerfile: `FROM ${stage.base}\nCOPY said /\nRUN cat /said\n`,
      said: `it is <${secret.value}>\n`,
    }),
  }));
  assertEquals(report.kind, "success");
  search.lookInto("the log", output(report));
  assertEquals(search.placesOf(secret), []);
  assert(output(report).includes("it is <[secret]>"));
});
