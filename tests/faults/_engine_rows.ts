import { assertEquals } from "@std/assert";
import type { FaultStage } from "./_fault_stage.ts";
import { delay } from "@std/async/delay";
import { type EngineDaemon, SETTLING } from "../support/engine_daemon.ts";
import { MOMENTS } from "./_moment.ts";

const AGAIN = { worker: "ready again" } as const;
const SUCCESS = { build: "success", worker: "ready again" } as const;
const AWAY = { build: "dockerconnecterror", worker: "ready again" } as const;

/**
 * How long the workers may take, together, for taking everything back, in
 * milliseconds: the builds of some stand upon the base image of others, which
 * are tried again every 15 seconds.
 */
const PATIENCE = 240_000;

/** Every build fails for want of an engine, and every worker is there again. */
const ALL_AWAY = {
  "registering": AGAIN,
  "idle": AGAIN,
  "unpacking": AWAY,
  "pulling": AWAY,
  "checking-cache": AWAY,
  "priming-cache": AWAY,
  "building": AWAY,
  "pushing": AWAY,
};

/** What happens to the engine, and how it is there again. */
interface EngineFault {
  readonly fault: string;
  strike(engine: EngineDaemon): void | Promise<void>;
  heal(engine: EngineDaemon): void | Promise<void>;
}

async function playFault(
  stage: FaultStage,
  { fault, strike, heal }: EngineFault,
) {
  const { engine } = stage;
  let ended = 0;
  const healed = Promise.withResolvers<void>();
  const outcomes = await stage.play({
    fault,
    moments: MOMENTS,
    keepsRealm: true,
    strikeAll: async () => await strike(engine),
    strike: (scene) => scene.release(),
    async settle() {
      ended++;
      if (ended === MOMENTS.length) healed.resolve(await heal(engine));
      await healed.promise;
    },
  }, { patience: PATIENCE });
  return outcomes;
}

/** An engine that is away for a while: it stops, is killed, or restarts. */
export async function playAbsences(stage: FaultStage): Promise<void> {
  const stopped = await playFault(stage, {
    fault: "engine stops",
    strike: (engine) => engine.stop(),
    heal: (engine) => engine.restart(),
  });
  assertEquals(stopped, ALL_AWAY, "stops, and starts again");

  const killed = await playFault(stage, {
    fault: "engine is killed",
    strike: (engine) => engine.kill(),
    heal: (engine) => engine.restart(),
  });
  assertEquals(killed, ALL_AWAY, "is killed, and starts again");

  const restarted = await playFault(stage, {
    fault: "engine restarts",
    async strike(engine) {
      await engine.restart();
      await delay(SETTLING);
    },
    heal: () => {},
  });
  // A transfer is tried again, and may find the engine there again.
  for (const moment of ["pulling", "priming-cache", "pushing"]) {
    const outcome = restarted[moment];
    if (outcome?.build === "success") restarted[moment] = AWAY;
  }
  assertEquals(restarted, {
    ...ALL_AWAY,
    // They come to need the engine when it is there again.
    "unpacking": SUCCESS,
    "checking-cache": SUCCESS,
  }, "restarts");
}

/** An engine that hangs, until every build is given up. */
export async function playHanging(stage: FaultStage): Promise<void> {
  const outcomes = await playFault(stage, {
    fault: "engine hangs",
    strike: (engine) => engine.freeze(),
    heal: (engine) => engine.thaw(),
  });
  assertEquals(outcomes, ALL_AWAY);
}
