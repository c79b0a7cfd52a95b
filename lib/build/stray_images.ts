import { delay } from "@std/async/delay";
import type { BuildTrace } from "../engine/build_trace.ts";
import type { EngineClient } from "../engine/client.ts";
import { listContainers } from "../engine/list_containers.ts";
import { listImages } from "../engine/list_images.ts";
import { findImage } from "./image_lookup.ts";
import { isMadeSince } from "./step_claims.ts";

/** Looks at the engine, and time between two of them in milliseconds. */
const LOOKS = 8;
const INTERVAL = 250;

/** What the engine has told of a build's steps. */
type StepTrace = Pick<BuildTrace, "images" | "containers">;

/** What {@linkcode findStrayImages} needs to know. */
export interface StrayImagesOptions {
  readonly trace: StepTrace;
  /** When the build began by the engine's clock, in ms since the epoch. */
  readonly began: number;
  readonly signal: AbortSignal;
}

/** What {@linkcode findStrayImages} has found. */
export interface StrayImages {
  /** Their IDs, oldest first. */
  readonly ids: readonly string[];
  /** Whether the engine is done, so that no more will come. */
  readonly areAll: boolean;
}

/**
 * Finds the images that the engine goes on to make when nobody hears of its
 * build any more, and of which no message tells: unnamed, younger than the
 * build, made from one of its containers or upon one of its steps. The engine
 * is done once two looks in a row find neither another one nor a container of
 * the build, or none of them finds anything new.
 *
 * @throws {EngineError}
 */
export async function findStrayImages(
  engine: EngineClient,
  { trace, began, signal }: StrayImagesOptions,
): Promise<StrayImages> {
  const strays: string[] = [];
  const seen = new Set<string>();
  let [quiet, still] = [0, 0];
  for (let look = 0; look < LOOKS && quiet < 2; look++) {
    const images = await listImages(engine, { all: true, signal });
    images.sort((one, other) => one.created.localeCompare(other.created));
    quiet++;
    still++;
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
      quiet = still = 0;
    }
    const { containers } = trace;
    const states = await listStates(engine, {
      trace: { containers, images: [...trace.images, ...strays] },
      began,
      signal,
    });
    if (states.length > 0) quiet = 0;
    if (states.includes("running")) still = 0;
    await delay(INTERVAL, { signal });
  }
  return { ids: strays, areAll: quiet === 2 || still === LOOKS };
}

/**
 * The states of a build's containers: those that it told of, and others upon
 * its steps that are no older than the build.
 */
async function listStates(
  engine: EngineClient,
  { trace, began, signal }: StrayImagesOptions,
): Promise<(string | undefined)[]> {
  const containers = await listContainers(engine, { signal });
  return containers.filter(({ id, imageId, created }) =>
    // The engine lists whole seconds.
    isMadeSince(created, began - 1_000) &&
    (isOneOf(id, trace.containers) || isOneOf(imageId, trace.images))
  ).map(({ state }) => state);
}

/** Whether an ID is among others, which may be in their short form. */
function isOneOf(id: string | undefined, ids: readonly string[]): boolean {
  if (id === undefined) return false;
  const bare = (id: string) => id.replace(/^sha256:/, "");
  return ids.some((other) => bare(id).startsWith(bare(other)));
}
