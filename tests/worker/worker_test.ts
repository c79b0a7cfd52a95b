import { assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import type { Mode } from "../../lib/config/config.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WampManager } from "../../lib/manager/wamp/wamp_manager.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { Backoff } from "../../lib/worker/backoff.ts";
import { runWorker, type WorkerEnd } from "../../lib/worker/worker.ts";
import { silentLogger } from "../support/silent_logger.ts";

const KWARGS = {
  build_package: "http://packages/one",
  repository: "ns/name",
  registry: "registry:5000",
  tag_names: ["latest"],
};
const RESULT = { imageId: "sha256:1", digests: [] };
const HOSTED: Mode = {
  kind: "hosted",
  realm: "builder-realm",
  token: new Secret("sometoken"),
};

/** A running worker whose waits are short. */
class TestWorker {
  readonly drain = new AbortController();
  readonly ended: Promise<WorkerEnd>;

  constructor(
    url: string,
    options: { mode?: Mode; build?: () => Promise<void> } = {},
  ) {
    const { mode = { kind: "enterprise" }, build = () => Promise.resolve() } =
      options;
    const manager = new WampManager({
      endpoint: new URL(url),
      mode,
      agent: "test",
      answerTimeout: 5_000,
      logger: silentLogger,
    });
    this.ended = runWorker(manager, {
      mode,
      onBuild: async () => {
        await build();
        return RESULT;
      },
      logger: silentLogger,
      drain: this.drain.signal,
      backoff: new Backoff({
        firstWait: 10,
        longestWait: 20,
        waits: mode.kind === "hosted" ? 4 : Infinity,
        jitter: 0,
      }),
    });
  }
}

Deno.test("an idle worker that is asked to leaves at once", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url);
  await manager.waitForWorker();
  worker.drain.abort();
  assertEquals(await worker.ended, { kind: "done" });
  assertEquals(manager.violations, []);
});

Deno.test("a worker that waits for its manager can be asked to leave, too", async () => {
  const gone = await EmbeddedManager.listen();
  await gone[Symbol.asyncDispose]();
  const worker = new TestWorker(gone.url);
  await delay(50);
  worker.drain.abort();
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("a running build is finished and reported first", async () => {
  await using manager = await EmbeddedManager.listen();
  const begun = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const build = () => {
    begun.resolve();
    return done.promise;
  };
  const worker = new TestWorker(manager.url, { build });
  const report = manager.build(KWARGS);
  await begun.promise;
  worker.drain.abort();
  await delay(20);
  done.resolve();
  assertEquals((await report).kind, "success");
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("an enterprise worker registers anew after each way to lose its session", async () => {
  await using manager = await EmbeddedManager.listen();
  const worker = new TestWorker(manager.url);
  const first = await manager.waitForWorker();

  manager.dropWorker(first.realm);
  while (manager.workers.some(({ realm }) => realm === first.realm)) {
    await delay(5);
  }
  const second = (await manager.build(KWARGS)).realm;
  assertEquals(second === first.realm, false);

  await manager.stop();
  await delay(50);
  await manager.start();
  const third = await manager.build(KWARGS);
  assertEquals(third.kind, "success");
  assertEquals(third.realm === second, false);

  worker.drain.abort();
  await worker.ended;
});

Deno.test("a rejected enterprise worker registers anew", async () => {
  let asked = 0;
  await using manager = await EmbeddedManager.listen({
    answers: { ready: () => ++asked > 2 },
  });
  const worker = new TestWorker(manager.url);
  assertEquals((await manager.build(KWARGS)).kind, "success");
  assertEquals(asked, 3);
  worker.drain.abort();
  await worker.ended;
});

Deno.test("a hosted worker leaves after its build", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
  const worker = new TestWorker(manager.url, { mode: HOSTED });
  assertEquals((await manager.build(KWARGS)).kind, "success");
  assertEquals(await worker.ended, { kind: "done" });
});

Deno.test("a hosted worker gives a manager up that is not there", async () => {
  const gone = await EmbeddedManager.listen();
  await gone[Symbol.asyncDispose]();
  const end = await new TestWorker(gone.url, { mode: HOSTED }).ended;
  assertEquals(end.kind, "refused");
  if (end.kind === "refused") assertStringIncludes(end.reason, gone.url);
});

Deno.test("a hosted worker whose session is lost amid the build has nothing to return to", async () => {
  await using manager = await EmbeddedManager.listen();
  await manager.expectHosted({ realm: "builder-realm", token: "sometoken" });
  const worker = new TestWorker(manager.url, {
    mode: HOSTED,
    build: () => Promise.resolve(manager.dropWorker("builder-realm")),
  });
  await manager.build(KWARGS);
  assertEquals((await worker.ended).kind, "refused");
});
