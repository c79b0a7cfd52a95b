import { assertEquals } from "@std/assert";
import { FaultStage } from "./_fault_stage.ts";
import { MOMENTS } from "./_moment.ts";

Deno.test("a worker that gets signals", async (t) => {
  await using stage = await FaultStage.set();

  await t.step(
    "SIGTERM lets builds finish, and ends workers without one",
    async () => {
      const outcomes = await stage.play({
        fault: "SIGTERM once",
        moments: MOMENTS,
        command: "once it is released",
        strike(scene) {
          scene.worker.signal("SIGTERM");
          scene.release();
        },
        leaves: true,
      });
      const left = { worker: "exits with 0" } as const;
      const done = { build: "success", ...left };
      assertEquals(outcomes, {
        "registering": left,
        "idle": left,
        "unpacking": done,
        "pulling": done,
        "checking-cache": done,
        "priming-cache": done,
        "building": done,
        "pushing": done,
      });
    },
  );

  await t.step(
    "a second SIGTERM cancels builds, which are reported",
    async () => {
      const outcomes = await stage.play({
        fault: "SIGTERM twice",
        moments: MOMENTS,
        strike({ worker }) {
          worker.signal("SIGTERM");
          worker.signal("SIGINT");
        },
        leaves: true,
      });
      const left = { worker: "exits with 3" } as const;
      // Without a build, a worker may be gone before it hears the second one.
      for (const moment of ["registering", "idle"]) {
        const isGone = outcomes[moment]?.worker === "exits with 0";
        if (isGone) outcomes[moment] = left;
      }
      const forced = { build: "internalerror", ...left };
      assertEquals(outcomes, {
        "registering": left,
        "idle": left,
        "unpacking": forced,
        "pulling": forced,
        "checking-cache": forced,
        "priming-cache": forced,
        "building": forced,
        "pushing": forced,
      });
    },
  );
});
