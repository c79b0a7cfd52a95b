import { assert, assertEquals } from "@std/assert";
import { BuildRemains } from "../../lib/build/build_remains.ts";
import { findImage } from "../../lib/build/image_lookup.ts";
import { ImageCache } from "../../lib/build/image_cache.ts";
import {
  ENTRY_LABEL,
  formatJournalName,
} from "../../lib/build/journal/volume.ts";
import { LeftSteps } from "../../lib/build/left_steps.ts";
import { NameLeases } from "../../lib/build/name_leases.ts";
import { StepClaims } from "../../lib/build/step_claims.ts";
import { buildImage } from "../../lib/engine/build.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import { createVolume } from "../../lib/engine/create_volume.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { removeVolume } from "../../lib/engine/remove_volume.ts";
import { connect, contextOf, removeLater } from "../engine/_support.ts";
import { BaseImage } from "../support/base_image.ts";
import { eventually } from "../support/eventually.ts";
import { silentLogger } from "../support/silent_logger.ts";

const { signal } = new AbortController();

/** The steps that a process has left. */
function left(engine: EngineClient) {
  const steps = new StepClaims();
  const cache = new ImageCache(0);
  const names = new NameLeases(engine, { steps, cache });
  const builds = new BuildRemains(engine, steps);
  const leftSteps = new LeftSteps(engine, { steps, names, builds });
  const remove = () => leftSteps.remove({ logger: silentLogger, signal });
  return { steps, builds, remove };
}

/** An image without a name, and one that is built upon it. */
async function makeFamily(engine: EngineClient) {
  const base = await BaseImage.make(engine);
  const parent = (await findImage(engine, base.name, signal))?.id ?? "";
  const value = crypto.randomUUID();
  const Dockerfile = `FROM ${base.name}\nENV VALUE=${value}\n`;
  const context = await contextOf({ Dockerfile });
  const { imageId: child } = await buildImage(engine, context);
  await removeImage(engine, base.name, { keepParents: true });
  const isThere = async (id: string) =>
    await findImage(engine, id, signal) !== undefined;
  return { parent, child, isThere };
}

Deno.test("an image goes after those that are built upon it, whichever build made it", async () => {
  await using engine = connect();
  const { parent, child, isThere } = await makeFamily(engine);
  const { steps, remove } = left(engine);
  steps.markMade(child, 1);
  // The latest goes first.
  steps.markMade(parent, 2);
  await remove();
  assertEquals(steps.made, []);
  assertEquals(await isThere(child), false);
  assertEquals(await isThere(parent), false);
});

Deno.test("an image that somebody has built upon is left to them, and to no other worker", async () => {
  await using engine = connect();
  const somebodys = await makeFamily(engine);
  await using _somebodys = removeLater(engine, somebodys.child);
  const workers = await makeFamily(engine);
  // As another worker notes it.
  const journal = formatJournalName({ owner: crypto.randomUUID(), beat: 1 });
  const made = [{ id: workers.child, madeSince: 0 }];
  const text = JSON.stringify({ names: [], made, builds: [] });
  await createVolume(engine, journal, { labels: { [ENTRY_LABEL]: text } });

  const one = left(engine);
  for (const { parent } of [workers, somebodys]) one.steps.markMade(parent, 1);
  // What its engine has made of a build that is over may not be known yet.
  const other = left(engine);
  other.steps.markMade(somebodys.parent, 1);
  other.builds.end({ began: 0, images: [], containers: [] });
  await eventually(async () => {
    await one.remove();
    await other.remove();
    return !one.steps.has(somebodys.parent) || undefined;
  }, { what: "the image to be left to somebody" });
  assert(await somebodys.isThere(somebodys.parent));
  assert(one.steps.has(workers.parent));
  assert(other.steps.has(somebodys.parent));

  await removeImage(engine, workers.child, { keepParents: true });
  await removeVolume(engine, journal);
  await one.remove();
  assertEquals(one.steps.made, []);
  assertEquals(await workers.isThere(workers.parent), false);
});
