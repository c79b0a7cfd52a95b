import type { EngineClient } from "../../engine/client.ts";
import { createVolume } from "../../engine/create_volume.ts";
import { removeVolume } from "../../engine/remove_volume.ts";
import { isStatus } from "../image_lookup.ts";
import { encodeEntry } from "./entry.ts";
import { ENTRY_LABEL, formatJournalName } from "./volume.ts";

/**
 * Writes a state of a journal.
 *
 * @param name as `formatJournalName` gives it
 * @param text the encoded entry
 * @throws {EngineError}
 */
export async function createState(
  engine: EngineClient,
  name: string,
  { text, signal }: { readonly text: string; readonly signal: AbortSignal },
): Promise<void> {
  const labels = { [ENTRY_LABEL]: text };
  await createVolume(engine, name, { labels, signal });
}

/**
 * Removes a state of a journal, if it is still there.
 *
 * @throws {EngineError}
 */
export async function removeState(
  engine: EngineClient,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await removeVolume(engine, name, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

/**
 * Has the engine take the journal of nobody, and give it back.
 *
 * @param signal aborts only when the engine is given up: it may finish what
 * nobody knows of any more
 * @throws {EngineError} when journals cannot be written
 * @throws the signal's reason when that aborts
 */
export async function proveWritable(
  engine: EngineClient,
  signal: AbortSignal,
): Promise<void> {
  const name = formatJournalName({ owner: crypto.randomUUID(), beat: 0 });
  const text = encodeEntry({ names: [], made: [], builds: [] });
  await createState(engine, name, { text, signal });
  await removeState(engine, name, signal);
}
