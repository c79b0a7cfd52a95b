import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  type Answers,
  GARBAGE,
  NEVER,
} from "../../lib/manager/embedded/answers.ts";
import { PHASES } from "../../lib/manager/manager.ts";
import { FaultStage } from "./_fault_stage.ts";
import { type Moment, MOMENTS } from "./_moment.ts";
import type { Scene } from "./_scene.ts";

const AGAIN = { worker: "ready again" } as const;
const LOST = { build: "lost", worker: "ready again" } as const;
const WELL = { build: "success", worker: "ready again" } as const;

/** Every build that runs is lost, and every worker comes back. */
const ALL_LOST = {
  "registering": AGAIN,
  "idle": AGAIN,
  "unpacking": LOST,
  "pulling": LOST,
  "checking-cache": LOST,
  "priming-cache": LOST,
  "building": LOST,
  "pushing": LOST,
};

/** As if nothing had happened. */
const ALL_WELL = {
  "registering": AGAIN,
  "idle": AGAIN,
  "unpacking": WELL,
  "pulling": WELL,
  "checking-cache": WELL,
  "priming-cache": WELL,
  "building": WELL,
  "pushing": WELL,
};

/** How the manager answers one call: `undefined` stands for as it should. */
type OneAnswer = () =>
  | typeof NEVER
  | typeof GARBAGE
  | false
  | Promise<undefined>;

/** A manager that answers as it should, but for what belongs to a moment. */
function answersAt(moment: Moment, answer: OneAnswer): Answers {
  let isFirst = true;
  // A worker that is turned away at the door comes again.
  const once = () => {
    const chosen = isFirst ? answer() : undefined;
    isFirst = false;
    return chosen;
  };
  switch (moment) {
    case "registering":
      return { register: withoutFalse(once) };
    case "idle":
      return { ready: once };
    case "checking-cache":
      return { cacheTag: withoutFalse(answer) };
    default:
      return {
        phase: ({ phase }) => phase === moment ? answer() : undefined,
      };
  }
}

/** Where the answer is a text, `false` is garbage. */
function withoutFalse(answer: () => ReturnType<OneAnswer> | undefined) {
  return () => {
    const chosen = answer();
    return chosen === false ? GARBAGE : chosen;
  };
}

function realms({ manager }: Scene): string[] {
  return ["registration", ...manager.workers.map(({ realm }) => realm)];
}

Deno.test("a manager in trouble", async (t) => {
  await using stage = await FaultStage.set();

  await t.step("restarts", async () => {
    const outcomes = await stage.play({
      fault: "manager restarts",
      moments: MOMENTS,
      async strike({ manager }) {
        await manager.stop();
        await manager.start();
      },
    });
    assertEquals(outcomes, ALL_LOST);
  });

  await t.step("breaks", async () => {
    const outcomes = await stage.play({
      fault: "manager drops TCP",
      moments: MOMENTS,
      strike(scene) {
        for (const realm of realms(scene)) scene.manager.dropWorker(realm);
      },
    });
    assertEquals(outcomes, ALL_LOST);
  });

  await t.step("is half open", async () => {
    const outcomes = await stage.play({
      fault: "manager half open",
      moments: MOMENTS,
      // Quay's manager takes a minute.
      heartbeatTimeout: 10_000,
      strike(scene) {
        for (const realm of realms(scene)) scene.manager.stallWorker(realm);
      },
    });
    assertEquals(outcomes, ALL_LOST);
  });

  await t.step("answers late", async () => {
    const outcomes = await stage.play({
      fault: "manager answers 2 s late",
      moments: MOMENTS,
      answers: (moment) =>
        answersAt(moment, () => delay(2_000).then(() => undefined)),
    });
    assertEquals(outcomes, ALL_WELL);
  });

  await t.step("never answers, but goes on answering others", async () => {
    const outcomes = await stage.play({
      fault: "manager answers too late",
      moments: PHASES,
      env: { MANAGER_TIMEOUT: "2s" },
      answers: (moment) => answersAt(moment, () => NEVER),
    });
    const { registering: _, idle: __, ...lost } = ALL_LOST;
    assertEquals(outcomes, lost);
  });

  await t.step("answers garbage", async () => {
    const outcomes = await stage.play({
      fault: "manager answers garbage",
      moments: MOMENTS,
      answers: (moment) => answersAt(moment, () => GARBAGE),
    });
    const failed = {
      build: "errorduringphasetransition",
      worker: "ready again",
    } as const;
    assertEquals(outcomes, {
      "registering": AGAIN,
      "idle": AGAIN,
      "unpacking": failed,
      "pulling": failed,
      "checking-cache": { build: "cachelookupissue", worker: "ready again" },
      "priming-cache": failed,
      "building": failed,
      "pushing": failed,
    });
  });

  await t.step("answers false", async () => {
    const outcomes = await stage.play({
      fault: "manager answers false",
      moments: MOMENTS.filter((moment) =>
        moment !== "registering" && moment !== "checking-cache"
      ),
      answers: (moment) => answersAt(moment, () => false),
    });
    const cancelled = {
      build: "clientrejectedtransition",
      worker: "ready again",
    } as const;
    assertEquals(outcomes, {
      "idle": AGAIN,
      "unpacking": cancelled,
      "pulling": cancelled,
      "priming-cache": cancelled,
      "building": cancelled,
      "pushing": cancelled,
    });
  });
});
