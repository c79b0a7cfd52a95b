import { assertEquals } from "@std/assert";
import { findImage } from "../../lib/build/image_lookup.ts";
import { ImageCache } from "../../lib/build/image_cache.ts";
import { LeftSteps } from "../../lib/build/left_steps.ts";
import { NameLeases } from "../../lib/build/name_leases.ts";
import { StepClaims } from "../../lib/build/step_claims.ts";
import { buildImage } from "../../lib/engine/build.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { connect, contextOf } from "../engine/_support.ts";
import { BaseImage } from "../support/base_image.ts";
import { silentLogger } from "../support/silent_logger.ts";

const { signal } = new AbortController();

Deno.test("an image goes after those that are built upon it, whichever build made it", async () => {
  await using engine = connect();
  const base = await BaseImage.make(engine);
  const parent = (await findImage(engine, base.name, signal))?.id ?? "";
  const value = crypto.randomUUID();
  const Dockerfile = `FROM ${base.name}\nENV VALUE=${value}\n`;
  const context = await contextOf({ Dockerfile });
  const { imageId: child } = await buildImage(engine, context);
  await removeImage(engine, base.name, { keepParents: true });

  const steps = new StepClaims();
  const cache = new ImageCache(0);
  const names = new NameLeases(engine, { steps, cache });
  const leftSteps = new LeftSteps(engine, { steps, names });
  steps.markMade(child, 1);
  // The latest goes first.
  steps.markMade(parent, 2);
  await leftSteps.remove({ logger: silentLogger, signal });
  assertEquals(steps.made, []);
  assertEquals(await findImage(engine, child, signal), undefined);
  assertEquals(await findImage(engine, parent, signal), undefined);
});
