import type { Answer } from "./_answer.ts";
import type { RemovedImages } from "./removed_images.ts";

/** Reads the engine's list of what it untagged and deleted. */
export function toRemovedImages(list: readonly Answer[]): RemovedImages {
  const pick = (key: string) =>
    list.map((item) => item.maybeString(key)).filter((id) => id !== undefined);
  return { untagged: pick("Untagged"), deleted: pick("Deleted") };
}
