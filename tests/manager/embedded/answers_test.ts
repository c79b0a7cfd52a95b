import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Answers,
  GARBAGE,
  NEVER,
} from "../../../lib/manager/embedded/answers.ts";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import { CallTimeout, WampError } from "../../../lib/wamp/errors.ts";
import { TestWorker, type WorkerSettings } from "./_worker.ts";

/** Runs one build of a worker against a manager that answers so. */
async function build(
  answers: Answers,
  onBuild: WorkerSettings["onBuild"],
): Promise<void> {
  await using manager = await EmbeddedManager.listen({ answers });
  const seen = Promise.withResolvers<void>();
  await using _worker = await TestWorker.start(manager.url, {
    async onBuild(worker, call) {
      try {
        await onBuild?.(worker, call);
        seen.resolve();
      } catch (error) {
        seen.reject(error);
      }
      return { kwargs: { image_id: "i", digests: [] } };
    },
  });
  await Promise.all([manager.build({}), seen.promise]);
}

Deno.test("phases and log entries are answered as decided", async () => {
  await build({
    phase: ({ phase }) => phase !== "pushing",
    log: ({ entry }) => entry.stream !== "stop",
  }, async (worker) => {
    const phase = { status_data: {} };
    assertEquals(await worker.tell("building", phase), true);
    assertEquals(await worker.tell("building", { stream: "go" }), true);
    assertEquals(await worker.tell("building", { stream: "stop" }), false);
    assertEquals(await worker.tell("pushing", phase), false);
  });
});

Deno.test("garbage is a value of no sensible shape", async () => {
  await build({ phase: () => GARBAGE }, async (worker) => {
    const answer = await worker.tell("building", { status_data: {} });
    assert(typeof answer === "object");
  });
});

Deno.test("an answer that never comes does not come", async () => {
  await build({ log: () => NEVER }, async (worker) => {
    await worker.tell("building", { status_data: {} });
    const call = worker.session.call(
      "io.quay.builder.logmessagesynchronously",
      {
        kwargs: { phase: "building", json_data: "{}" },
        timeout: 20,
      },
    );
    await assertRejects(() => call, CallTimeout);
  });
});

Deno.test("an answer can be an error", async () => {
  await build({
    cacheTag: () => {
      throw new WampError("com.example.bad");
    },
  }, async (worker) => {
    const kwargs = {
      base_image_name: "",
      base_image_tag: "",
      base_image_id: "",
      command_comments: "",
    };
    const call = worker.call("io.quay.buildworker.determinecachetag", kwargs);
    const error = await assertRejects(() => call, WampError);
    assertEquals(error.uri, "com.example.bad");
  });
});

Deno.test("no realm may be given out", async () => {
  for (const answer of ["", GARBAGE] as const) {
    await using manager = await EmbeddedManager.listen({
      answers: { register: () => answer },
    });
    await assertRejects(() => TestWorker.join(manager.url), TypeError);
  }
});

Deno.test("ready can be refused, or answered after the build", async () => {
  await using refusing = await EmbeddedManager.listen({
    answers: { ready: () => false },
  });
  await using refused = await TestWorker.join(refusing.url);
  assertEquals(await refused.ready(), false);
  assertEquals(refusing.workers[0]?.state, "joined");

  const built = Promise.withResolvers<boolean>();
  await using late = await EmbeddedManager.listen({
    answers: { ready: () => built.promise },
  });
  await using worker = await TestWorker.join(late.url);
  const answer = worker.ready();
  assertEquals((await late.build({})).kind, "success");
  built.resolve(true);
  assertEquals(await answer, true);
});

Deno.test("log entries can be answered late, side by side", async () => {
  await using manager = await EmbeddedManager.listen({ logDelay: 1_000 });
  await using _worker = await TestWorker.start(manager.url, {
    async onBuild(worker) {
      await worker.tell("building", { status_data: {} });
      const start = performance.now();
      const entries = ["one", "two", "three"].map((stream) =>
        worker.tell("building", { stream })
      );
      assertEquals(await Promise.all(entries), [true, true, true]);
      assert(performance.now() - start > 950, "each answer took its time");
      return { kwargs: { image_id: "i", digests: [] } };
    },
  });
  const report = await manager.build({});
  assertEquals(report.kind, "success");
  assertEquals(report.peakCalls, 3);
});
