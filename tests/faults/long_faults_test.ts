import { sideBySide } from "../support/side_by_side.ts";
import { playAbsences, playHanging } from "./_engine_rows.ts";
import { FaultStage } from "./_fault_stage.ts";
import { playKilledWorkers } from "./_killed_row.ts";

/** On an engine of their own. */
async function onStage(
  play: (stage: FaultStage) => Promise<void>,
): Promise<void> {
  await using stage = await FaultStage.set();
  await play(stage);
}

Deno.test("what takes a minute or more until all is well", async (t) => {
  await sideBySide(t, {
    "an engine stops, is killed, and restarts": () => onStage(playAbsences),
    "an engine hangs": () => onStage(playHanging),
    "a worker is killed, and the next start clears what it has left": () =>
      onStage(playKilledWorkers),
  });
});
