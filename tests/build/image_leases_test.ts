import { assertEquals } from "@std/assert";
import { findImage } from "../../lib/build/image_lookup.ts";
import { ImageLeases } from "../../lib/build/image_leases.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { BaseImage } from "../support/base_image.ts";
import { silentLogger } from "../support/silent_logger.ts";
import { connect, removeLater } from "../engine/_support.ts";

const { signal } = new AbortController();
const logger = silentLogger;

/** A name in full that nothing else has. */
function uniqueName(): string {
  return `quay-builder.localhost/test-${crypto.randomUUID()}:latest`;
}

Deno.test("the last build that lets go of a name puts back what it stood for", async () => {
  await using engine = connect();
  await using theirs = await BaseImage.make(engine);
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  await tagImage(engine, theirs.name, { as: name });
  await using _image = removeLater(engine, name);
  const idOf = async (name: string) =>
    (await findImage(engine, name, signal))?.id;
  const images = new ImageLeases(engine, { logger });

  await images.lease(name, signal);
  await tagImage(engine, ours.name, { as: name });
  await images.lease(name, signal);
  await images.release(name, { signal });
  assertEquals(await idOf(name), await idOf(ours.name));
  await images.release(name, { signal });
  assertEquals(await idOf(name), await idOf(theirs.name));
});

Deno.test("a name that was not there before goes with the last that uses it", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const images = new ImageLeases(engine, { logger });
  await images.lease(name, signal);
  await tagImage(engine, ours.name, { as: name });
  await images.lease(name, signal);
  await images.release(name, { signal });
  assertEquals((await findImage(engine, name, signal)) !== undefined, true);
  await images.release(name, { signal });
  assertEquals(await findImage(engine, name, signal), undefined);
});

Deno.test("an image that is to have its name again is not taken away meanwhile", async () => {
  await using engine = connect();
  const theirs = await BaseImage.make(engine);
  await using _theirs = removeLater(engine, theirs.name);
  await using ours = await BaseImage.make(engine);
  const before = await findImage(engine, theirs.name, signal);
  const pulled = uniqueName();
  const images = new ImageLeases(engine, { logger });
  // One build gives the name away; another has pulled the same image.
  await images.lease(theirs.name, signal);
  await images.lease(pulled, signal);
  await tagImage(engine, theirs.name, { as: pulled });
  await tagImage(engine, ours.name, { as: theirs.name });
  await images.release(pulled, { signal });
  await images.release(theirs.name, { signal });
  assertEquals(
    (await findImage(engine, theirs.name, signal))?.id,
    before?.id,
  );
  assertEquals(await findImage(engine, pulled, signal), undefined);
});

Deno.test("what the engine did not take back is tried again later", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const images = new ImageLeases(engine, { logger });
  await images.lease(name, signal);
  await tagImage(engine, ours.name, { as: name });
  const gone = AbortSignal.abort();
  await images.release(name, { signal: gone }).catch(() => {});
  await using _image = removeLater(engine, name);
  await images.release(name, { signal }).catch(() => {});
  await images.settle(signal);
  assertEquals(await findImage(engine, name, signal), undefined);
});

Deno.test("a kept name is not taken for one of others", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  {
    await using images = new ImageLeases(engine, {
      logger,
      cacheSize: 2 ** 30,
    });
    await images.lease(name, signal);
    await tagImage(engine, ours.name, { as: name });
    await images.release(name, { keep: true, signal });
    assertEquals((await findImage(engine, name, signal)) !== undefined, true);
    await images.lease(name, signal);
    await images.release(name, { keep: true, signal });
  }
  assertEquals(await findImage(engine, name, signal), undefined);
});

Deno.test("a name that is gone already is nothing to take back", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const images = new ImageLeases(engine, { logger });
  await images.lease(name, signal);
  await tagImage(engine, ours.name, { as: name });
  await removeImage(engine, name);
  await images.release(name, { signal });
});
