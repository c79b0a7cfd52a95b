import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { FaultStage } from "./_fault_stage.ts";
import { PHASES } from "../../lib/manager/manager.ts";
import { MOMENTS } from "./_moment.ts";

Deno.test("a worker that gets signals", async (t) => {
  await using stage = await FaultStage.set();

  await t.step(
    "SIGTERM lets builds finish, and ends workers without one",
    async () => {
      const outcomes = await stage.play({
        fault: "SIGTERM once",
        moments: MOMENTS,
        seconds: 5,
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
        moments: PHASES,
        strike({ worker }) {
          worker.signal("SIGTERM");
          worker.signal("SIGINT");
        },
        leaves: true,
      });
      const forced = {
        build: "internalerror",
        worker: "exits with 3",
      } as const;
      assertEquals(
        outcomes,
        Object.fromEntries(PHASES.map((phase) => [phase, forced])),
      );
    },
  );

  await t.step(
    "after a SIGKILL, the next start clears what is left",
    async () => {
      const outcomes = await stage.play({
        fault: "SIGKILL, then started again",
        moments: MOMENTS,
        async strike(scene) {
          // A worker notes on its engine what it has changed, once a second.
          await delay(2_000);
          scene.worker.signal("SIGKILL");
          await scene.worker.exited();
        },
        settle(scene) {
          scene.release();
          scene.restart();
        },
        // What a dead worker has noted stands still for a minute before.
      }, { patience: 180_000 });
      const again = { worker: "ready again" } as const;
      const lost = { build: "lost", ...again };
      assertEquals(outcomes, {
        "registering": again,
        "idle": again,
        "unpacking": lost,
        "pulling": lost,
        "checking-cache": lost,
        "priming-cache": lost,
        "building": lost,
        "pushing": lost,
      });
    },
  );
});
