import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { measure } from "./_process_size.ts";
import { Random } from "./_random.ts";
import { type EndedBuild, Soak } from "./_soak.ts";
import { type Trouble, TROUBLES } from "./_troubled_build.ts";

/** How many builds; `make soak` runs 200. */
const BUILDS = Number(Deno.env.get("SOAK_BUILDS") ?? 60);
const SEED = Number(Deno.env.get("SOAK_SEED") ?? 1);
const BUILDERS = 4;

/** Memory that a worker may gain between a third of its builds and all. */
const MAX_GROWTH = 48 * 2 ** 20;

/** Connections that may be kept alive for a while, at either time. */
const IDLE_CONNECTIONS = 12;

/** A trouble for each build, the rare ones rarely. */
function drawTroubles(): Trouble[] {
  const random = new Random(SEED);
  const usual = Object.keys(TROUBLES) as [Trouble, ...Trouble[]];
  const isRare = (trouble: Trouble) => trouble.endsWith("restarts");
  return Array.from({ length: BUILDS }, () => {
    const trouble = random.pick(usual);
    // An engine takes seconds to restart, and every builder waits.
    return isRare(trouble) && random.next() < 0.6 ? "nothing" : trouble;
  });
}

Deno.test(`${BUILDS} builds with random faults leave nothing, and nothing grows`, async () => {
  await using soak = await Soak.start(BUILDERS);
  const before = await soak.stage.traces();
  await soak.allReady(BUILDERS);
  const troubles = drawTroubles();
  const third = Math.ceil(BUILDS / 3);
  const early = await runAll(soak, troubles.slice(0, third));
  const sizeBefore = await measure(soak.worker.pid);
  const late = await runAll(soak, troubles.slice(third));
  const sizeAfter = await measure(soak.worker.pid);

  for (const { trouble, result, isDisturbed } of [...early, ...late]) {
    if (!isDisturbed) assertEquals(result, TROUBLES[trouble], trouble);
  }
  // What the engine refused to give back is asked for again after a while.
  await eventually(
    async () => `${await soak.stage.traces()}` === `${before}` || undefined,
    { what: "the engine to be as before", patience: 180_000 },
  ).catch(async () => assertEquals(await soak.stage.traces(), before));
  assertEquals(await Array.fromAsync(Deno.readDir(soak.directory.path)), []);
  assertEquals(sizeAfter.children, 0);
  const { files, memory } = sizeAfter;
  assert(
    files < sizeBefore.files + IDLE_CONNECTIONS,
    `${sizeBefore.files} open files became ${files}`,
  );
  const growth = memory - sizeBefore.memory;
  assert(growth < MAX_GROWTH, `the worker gained ${growth} bytes`);
  assertEquals(soak.manager.violations, []);

  soak.worker.signal("SIGTERM");
  assertEquals((await soak.worker.exited()).code, 0);
});

/** Runs builds, as many at a time as there are builders; waits for rest. */
async function runAll(
  soak: Soak,
  troubles: readonly Trouble[],
): Promise<EndedBuild[]> {
  const builds: Promise<EndedBuild>[] = [];
  for (const trouble of troubles) {
    const { ended } = await soak.begin(trouble);
    builds.push(ended);
  }
  const results = await Promise.all(builds);
  await soak.allReady(BUILDERS);
  return results;
}
