import { assert, assertEquals } from "@std/assert";
import type { EndedBuild } from "../../lib/build/holdings.ts";
import { ImageLeases } from "../../lib/build/image_leases.ts";
import { findImage } from "../../lib/build/image_lookup.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { connect } from "../engine/_support.ts";
import { BaseImage } from "../support/base_image.ts";
import { createContainer } from "../support/container.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { RecordingLogger } from "../support/recording_logger.ts";
import { silentLogger } from "../support/silent_logger.ts";

const { signal } = new AbortController();
const logger = silentLogger;
const END = { logger };

/** A build that makes nothing but names. */
function build(): EndedBuild {
  return { began: Date.now(), images: [], containers: [], isDone: true };
}

/** Has a build pull an image, and lets go of it. */
async function pulled(
  engine: EngineClient,
  images: ImageLeases,
): Promise<{ readonly name: string; readonly id: string }> {
  const name = `quay-builder.localhost/test-${crypto.randomUUID()}:latest`;
  await images.names.lease(name, { isGiven: false, signal });
  const base = await BaseImage.make(engine);
  await tagImage(engine, base.name, { as: name });
  await base[Symbol.asyncDispose]();
  images.names.letGo(name);
  const id = (await findImage(engine, name, signal))?.id ?? "";
  return { name, id };
}

Deno.test("an engine that hangs is not waited for, and is caught up with", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  await using images = new ImageLeases(engine, { logger });
  const { name } = await pulled(engine, images);
  const over = build();
  images.builds.begin(over);
  images.builds.end(over);
  daemon.freeze();
  const began = performance.now();
  await images.takeBack([over], END);
  const seconds = (performance.now() - began) / 1_000;
  daemon.thaw();
  assert(seconds < 20, `${seconds} s`);
  assertEquals(images.holdings.names.length, 1);
  assertEquals(images.holdings.builds.length, 1);

  await images.catchUp(signal);
  assertEquals(images.holdings, { names: [], made: [], builds: [] });
  assertEquals(await findImage(engine, name, signal), undefined);
});

Deno.test("catching up fails as long as the engine is away", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  await using images = new ImageLeases(engine, { logger });
  const { name } = await pulled(engine, images);
  await daemon.stop();
  const over = build();
  images.builds.end(over);
  await images.takeBack([over], END);
  for (let n = 0; n < 2; n++) {
    const error = await images.catchUp(signal).catch((error) => error);
    assertEquals(error.kind, "unavailable");
  }
  await daemon.restart();
  await images.catchUp(signal);
  assertEquals(await findImage(engine, name, signal), undefined);
});

Deno.test("what is no fault of the engine's fails no build, and is not taken for one", async () => {
  const logger = new RecordingLogger();
  const engine = connect();
  const images = new ImageLeases(engine, { logger });
  const over = build();
  images.builds.end(over);
  engine.close();
  await images.takeBack([over], { logger });
  await images[Symbol.asyncDispose]();
  assertEquals(logger.lines.map(({ level, message }) => [level, message]), [
    ["error", "Cannot clean up after the build"],
    ["error", "Cannot clean up the engine"],
  ]);
  // Nothing waits for the engine.
  await images.catchUp(signal);
});

Deno.test("an image that a container still uses is taken back later", async () => {
  await using engine = connect();
  await using images = new ImageLeases(engine, { logger });
  const { id, name } = await pulled(engine, images);
  const container = await createContainer(engine, id);
  await images.settle(signal);
  await images.settle(signal);
  assert(await findImage(engine, id, signal));
  await removeContainer(engine, container);
  await images.settle(signal);
  assertEquals(await findImage(engine, id, signal), undefined);
  assertEquals(await findImage(engine, name, signal), undefined);
  assertEquals(images.holdings.made, []);
});

Deno.test("a container that still runs is held until it is gone", async () => {
  await using engine = connect();
  await using base = await BaseImage.make(engine);
  await using images = new ImageLeases(engine, { logger });
  const began = Date.now();
  const id = await createContainer(engine, base.name, ["sleep", "600"]);
  const container = id.slice(0, 12);
  const held = { began, images: [], containers: [container] };
  const over = { ...held, isDone: true };
  images.builds.begin(over);
  images.builds.end(over);
  await images.takeBack([over], END);
  assertEquals(images.holdings.builds, [held]);
  await removeContainer(engine, id, { force: true });
  await images.settle(signal);
  assertEquals(images.holdings.builds, []);
});

Deno.test("an image that a build made is its own until its name is gone, too", async () => {
  await using engine = connect();
  await using images = new ImageLeases(engine, { logger });
  const began = Date.now();
  const name = `quay-builder.localhost/test-${crypto.randomUUID()}:latest`;
  await images.names.adopt(name, { isGiven: true });
  await BaseImage.make(engine, { name });
  const id = (await findImage(engine, name, signal))?.id ?? "";
  images.builds.end({ began, images: [id.slice(7, 19)], containers: [] });
  // Another build ends meanwhile.
  await images.settle(signal);
  images.names.letGo(name);
  await images.settle(signal);
  assertEquals(await findImage(engine, id, signal), undefined);
  assertEquals(images.holdings, { names: [], made: [], builds: [] });
});

Deno.test("what was inherited is taken back, and kept images with the rest", async () => {
  await using engine = connect();
  const { name, id } = await pulled(
    engine,
    new ImageLeases(engine, { logger }),
  );
  {
    const cacheSize = 2 ** 30;
    await using images = new ImageLeases(engine, { logger, cacheSize });
    images.inherit({
      names: [{ name, before: undefined }],
      made: [{ id, madeSince: 0 }],
      builds: [],
    });
    await images.settle(signal);
    assertEquals(await findImage(engine, id, signal), undefined);
    const kept = await pulled(engine, images);
    images.names.letGo(kept.name, { isKept: true });
    await images.settle(signal);
    assert(await findImage(engine, kept.name, signal));
    assertEquals(images.holdings.names, [
      { name: kept.name, before: undefined, now: kept.id },
    ]);
    await images.reclaim(signal);
    assertEquals(await findImage(engine, kept.id, signal), undefined);
  }
});
