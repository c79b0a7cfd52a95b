import { assertEquals } from "@std/assert";
import {
  decodeEntry,
  type JournalEntry,
} from "../../lib/build/journal/entry.ts";
import { ENTRY_LABEL, JOURNAL_PREFIX } from "../../lib/build/journal/volume.ts";
import { listVolumes } from "../../lib/engine/list_volumes.ts";
import { eventually } from "../support/eventually.ts";
import type { FaultStage } from "./_fault_stage.ts";
import { MOMENTS } from "./_moment.ts";
import type { Scene } from "./_scene.ts";

/** Whether a worker's journal has all that it holds at its moment. */
function isNoted(
  { base, moment, repository }: Scene,
  { builds, names }: JournalEntry,
): boolean {
  const given: typeof names = names.filter(({ now }) => now !== undefined);
  const has = (part: string, among = given) =>
    among.some(({ name }) => name.includes(part));
  switch (moment) {
    case "pulling":
      return has(base, names);
    case "checking-cache":
      return has(base);
    case "priming-cache":
      return has(base) && has(repository, names);
    case "building":
      return has(base) &&
        builds.some(({ containers }) => containers.length > 0);
    case "pushing":
      return has(repository);
    default:
      // Nothing of the engine's is changed yet.
      return true;
  }
}

/** Waits for the worker's journal: it writes once a second. */
async function noted(stage: FaultStage, scene: Scene): Promise<void> {
  if (isNoted(scene, { builds: [], names: [], made: [] })) return;
  await using engine = stage.engine.connect();
  await eventually(async () => {
    const volumes = await listVolumes(engine, { names: [JOURNAL_PREFIX] });
    return volumes.some(({ labels }) => {
      const entry = decodeEntry(labels.get(ENTRY_LABEL) ?? "");
      return entry !== undefined && isNoted(scene, entry);
    }) || undefined;
  }, { what: `the journal of a worker held while ${scene.moment}` });
}

/** Workers that are killed: the next start clears what they have left. */
export async function playKilledWorkers(stage: FaultStage): Promise<void> {
  const outcomes = await stage.play({
    fault: "SIGKILL, then started again",
    moments: MOMENTS,
    async strike(scene) {
      await noted(stage, scene);
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
}
