import { assertEquals, assertRejects } from "@std/assert";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import { SessionLost, WampError } from "../../../lib/wamp/errors.ts";
import { TestWorker, type WorkerSettings } from "./_worker.ts";

/** What a manager holds against a worker that builds so. */
async function violationsOf(
  onBuild: NonNullable<WorkerSettings["onBuild"]>,
): Promise<{ kind: string; violations: string[] }> {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.start(manager.url, { onBuild });
  const { kind } = await manager.build({});
  for (const { realm } of manager.violations) assertEquals(realm, worker.realm);
  return { kind, violations: manager.violations.map((each) => each.message) };
}

const SUCCESS = { kwargs: { image_id: "i", digests: [] } };
const LOG = "io.quay.builder.logmessagesynchronously";
const phase = { status_data: {} };

const BAD_TOLD: Record<string, [Record<string, unknown>, string]> = {
  "an unknown phase": [
    { phase: "baking", json_data: "{}" },
    'Unknown phase "baking"',
  ],
  "no phase": [{ json_data: "{}" }, "Unknown phase (none)"],
  "json_data that is no text": [
    { phase: "building", json_data: {} },
    "json_data is not a string",
  ],
  "json_data that is no JSON": [
    { phase: "building", json_data: "{" },
    "json_data is not JSON",
  ],
  "json_data that is no object": [
    { phase: "building", json_data: "[]" },
    "json_data is not an object",
  ],
  "status_data that is no object": [
    { phase: "building", json_data: '{"status_data": 1}' },
    "status_data is not an object",
  ],
  "an error key": [
    { phase: "building", json_data: '{"error": "x"}' },
    "Unknown log keys: error",
  ],
  "a stream that is no text": [
    { phase: "building", json_data: '{"stream": 1}' },
    "stream is not a string",
  ],
  "progress without a total": [
    { phase: "building", json_data: '{"progressDetail": {"current": 1}}' },
    "progressDetail lacks current or total",
  ],
};
for (const [name, [kwargs, message]] of Object.entries(BAD_TOLD)) {
  Deno.test(`${name} is a violation and refused`, async () => {
    const { violations } = await violationsOf(async (worker) => {
      await worker.tell("building", phase);
      const error = await assertRejects(
        () => worker.call(LOG, kwargs),
        WampError,
      );
      assertEquals(error.uri, "wamp.error.invalid_argument");
      return SUCCESS;
    });
    assertEquals(violations, [message]);
  });
}

Deno.test("phases and entries out of order are violations", async () => {
  const { violations } = await violationsOf(async (worker) => {
    await worker.tell("building", { stream: "early" });
    await worker.tell("building", phase);
    await worker.tell("pulling", phase);
    await worker.tell("building", { stream: "late" });
    return SUCCESS;
  });
  assertEquals(violations, [
    'Log entry of phase "building" in phase "(none)"',
    'Phase "pulling" after "building"',
    'Log entry of phase "building" in phase "pulling"',
  ]);
});

Deno.test("a result of the wrong shape is invalid", async () => {
  assertEquals(await violationsOf(() => ({ kwargs: { image_id: "i" } })), {
    kind: "invalid",
    violations: ["digests is not a list"],
  });
  assertEquals(
    await violationsOf(() => ({ kwargs: { image_id: 1, digests: [] } })),
    { kind: "invalid", violations: ["image_id is not a string"] },
  );
});

Deno.test("an error that the manager does not know is invalid", async () => {
  const failWith = (error: WampError) =>
    violationsOf(() => Promise.reject(error));
  assertEquals(await failWith(new WampError("io.quay.builder.oops")), {
    kind: "invalid",
    violations: ['Unknown error URI "io.quay.builder.oops"'],
  });
  assertEquals(await failWith(new WampError("io.quay.builder.builderror")), {
    kind: "invalid",
    violations: ["base_error is not a string"],
  });
});

Deno.test("telling about a build that does not run is a violation", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.start(manager.url);
  await assertRejects(() => worker.tell("building", phase), WampError);
  assertEquals(manager.violations, [{
    realm: worker.realm,
    message: "A message about a build while none runs",
  }]);
});

Deno.test("a ready without token is a violation", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.join(manager.url);
  const call = worker.call("io.quay.buildworker.ready", { version: "0.3" });
  await assertRejects(() => call, WampError);
  assertEquals(manager.violations[0]?.message, "token is not a string");
});

Deno.test("what the router drops a worker for is a violation", async () => {
  await using manager = await EmbeddedManager.listen();
  await using worker = await TestWorker.start(manager.url);
  const registration = await worker.session.register("a.b", () => {});
  await assertRejects(() => registration.unregister(), SessionLost);
  assertEquals(manager.violations, [{
    realm: worker.realm,
    message: "UNREGISTER of a live registration",
  }]);
});
