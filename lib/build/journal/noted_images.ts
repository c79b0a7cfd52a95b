import type { EngineClient } from "../../engine/client.ts";
import { listVolumes } from "../../engine/list_volumes.ts";
import { shortId } from "../step_claims.ts";
import { decodeEntry } from "./entry.ts";
import { ENTRY_LABEL, JOURNAL_PREFIX } from "./volume.ts";

/**
 * The images that the journals on an engine, this worker's own among them, tell
 * of as made by builds, in their short form.
 *
 * @throws {EngineError}
 */
export async function listNotedImages(
  engine: EngineClient,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const names = [JOURNAL_PREFIX];
  const volumes = await listVolumes(engine, { names, signal });
  const ids = volumes.flatMap(({ labels }) => {
    const entry = decodeEntry(labels.get(ENTRY_LABEL) ?? "");
    if (entry === undefined) return [];
    const { made, builds } = entry;
    return [
      ...made.map(({ id }) => id),
      ...builds.flatMap(({ images }) => images),
    ];
  });
  return new Set(ids.map(shortId));
}
