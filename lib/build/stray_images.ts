import { delay } from "@std/async/delay";
import type { BuildTrace } from "../engine/build_trace.ts";
import type { EngineClient } from "../engine/client.ts";
import { listImages } from "../engine/list_images.ts";
import { findImage } from "./image_lookup.ts";

/** Looks at the engine, and time between two of them in milliseconds. */
const LOOKS = 8;
const INTERVAL = 250;

/** What {@linkcode findStrayImages} needs to know. */
export interface StrayImagesOptions {
  readonly trace: Pick<BuildTrace, "images" | "containers">;
  /** When the build began, in milliseconds since the epoch. */
  readonly began: number;
  readonly signal: AbortSignal;
}

/**
 * Finds the images that the engine goes on to make after a build was aborted,
 * and of which no message tells: unnamed, younger than the build, made from
 * one of its containers or upon one of its steps.
 *
 * @returns their IDs, oldest first, once two looks in a row found no more
 * @throws {EngineError}
 */
export async function findStrayImages(
  engine: EngineClient,
  { trace, began, signal }: StrayImagesOptions,
): Promise<string[]> {
  const strays: string[] = [];
  const seen = new Set<string>();
  for (let look = 0, quiet = 0; look < LOOKS && quiet < 2; look++) {
    const images = await listImages(engine, { all: true, signal });
    images.sort((one, other) => one.created.localeCompare(other.created));
    quiet++;
    for (const { id, repoTags, created } of images) {
      // The engine lists whole seconds.
      const isOld = Date.parse(created) + 1_000 < began;
      if (seen.has(id) || isOld || repoTags.length > 0) continue;
      seen.add(id);
      const image = await findImage(engine, id, signal);
      const isStray = isOneOf(image?.container, trace.containers) ||
        isOneOf(image?.parent, [...trace.images, ...strays]);
      if (!isStray) continue;
      strays.push(id);
      quiet = 0;
    }
    await delay(INTERVAL, { signal });
  }
  return strays;
}

/** Whether an ID is among others, which may be in their short form. */
function isOneOf(id: string | undefined, ids: readonly string[]): boolean {
  if (id === undefined) return false;
  const bare = (id: string) => id.replace(/^sha256:/, "");
  return ids.some((other) => bare(id).startsWith(bare(other)));
}
