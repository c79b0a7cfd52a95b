import { assertEquals } from "@std/assert";
import type { GateAction } from "../support/registry_gate.ts";
import { FaultStage } from "./_fault_stage.ts";
import type { Moment } from "./_moment.ts";
import type { Scene } from "./_scene.ts";

/** The phases that talk to a registry. */
const MOMENTS: readonly Moment[] = ["pulling", "priming-cache", "pushing"];

const WELL = { build: "success", worker: "ready again" } as const;

/** Without a cache a build just takes longer. */
const ALL_FAIL = {
  "pulling": { build: "cannotpullbaseimage", worker: "ready again" },
  "priming-cache": WELL,
  "pushing": { build: "pushissue", worker: "ready again" },
} as const;

/** Of the worker, so that the engine's own patience does not set the pace. */
const LIMITS = { PUSH_TIMEOUT: "10s" };

/** The registry is in trouble from then on, for a number of requests. */
function trouble(action: GateAction, requests = Infinity) {
  return ({ gate, moment }: Scene) => {
    let left = requests;
    gate.open(({ method, path }) => {
      const isAsked = moment === "pushing"
        ? method !== "GET"
        : path.includes("/manifests/") && method !== "PUT";
      return isAsked && left-- > 0 ? action : { kind: "pass" };
    });
  };
}

Deno.test("a registry in trouble", async (t) => {
  await using stage = await FaultStage.set({ diskSize: 64 * 2 ** 20 });

  await t.step("answers 500", async () => {
    const outcomes = await stage.play({
      moments: MOMENTS,
      env: LIMITS,
      fault: "registry 500",
      strike: trouble({ kind: "status", status: 500 }),
    });
    assertEquals(outcomes, ALL_FAIL);
  });

  await t.step("answers 500, and gets well", async () => {
    const outcomes = await stage.play({
      moments: MOMENTS,
      fault: "registry 500 twice",
      env: {},
      strike: trouble({ kind: "status", status: 503 }, 2),
    });
    assertEquals(outcomes, {
      "pulling": WELL,
      "priming-cache": WELL,
      "pushing": WELL,
    });
  });

  await t.step("hangs", async () => {
    const outcomes = await stage.play({
      moments: MOMENTS,
      fault: "registry hangs",
      env: { TRANSFER_IDLE_TIMEOUT: "2s" },
      settle: ({ gate }) => gate.open(),
    });
    assertEquals(outcomes, ALL_FAIL);
  });

  await t.step("cuts its connections", async () => {
    const outcomes = await stage.play({
      moments: MOMENTS,
      env: LIMITS,
      fault: "registry cuts the connection",
      strike: trouble({ kind: "cut" }),
    });
    assertEquals(outcomes, ALL_FAIL);
  });

  await t.step("has its disk full", async () => {
    const outcomes = await stage.play({
      moments: MOMENTS,
      env: LIMITS,
      fault: "registry disk full",
      strikeAll: () => stage.registry.fillDisk(),
      strike: (scene) => scene.release(),
    });
    await stage.registry.emptyDisk();
    assertEquals(outcomes, {
      // What is there can be read; all of them come to push.
      "pulling": ALL_FAIL.pushing,
      "priming-cache": ALL_FAIL.pushing,
      "pushing": ALL_FAIL.pushing,
    });
  });

  await t.step("is gone", async () => {
    const outcomes = await stage.play({
      moments: MOMENTS,
      env: LIMITS,
      fault: "registry gone",
      strike: ({ gate }) => gate.close(),
    });
    assertEquals(outcomes, {
      "pulling": ALL_FAIL.pulling,
      // It goes on without the cache, and comes to push.
      "priming-cache": ALL_FAIL.pushing,
      "pushing": ALL_FAIL.pushing,
    });
  });
});
