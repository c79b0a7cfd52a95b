import { assert, assertEquals, assertRejects } from "@std/assert";
import { ImageCache } from "../../lib/build/image_cache.ts";
import { findImage } from "../../lib/build/image_lookup.ts";
import { NameLeases } from "../../lib/build/name_leases.ts";
import { leaveUnnamed } from "../../lib/build/placeholder.ts";
import { StepClaims } from "../../lib/build/step_claims.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient, type EngineRequest } from "../../lib/engine/client.ts";
import { EngineHttpError } from "../../lib/engine/errors.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { connect, ENGINE, removeLater } from "../engine/_support.ts";
import { BaseImage } from "../support/base_image.ts";

const { signal } = new AbortController();
const PULLED = { isGiven: false, signal };
const GIVEN = { isGiven: true, signal };

/** A name in full that nothing else has. */
function uniqueName(): string {
  return `quay-builder.localhost/test-${crypto.randomUUID()}:latest`;
}

/** Names without a cache, and how a build lets go of one of them. */
function leases(engine: EngineClient, cacheSize = 0) {
  const steps = new StepClaims();
  const cache = new ImageCache(cacheSize);
  const names = new NameLeases(engine, { steps, cache });
  const release = async (name: string, options?: { isKept: boolean }) => {
    names.letGo(name, options);
    await names.putBack(name, signal);
  };
  const idOf = async (name: string) =>
    (await findImage(engine, name, signal))?.id;
  return { names, steps, release, idOf };
}

/** An engine that can be told to refuse the next removal. */
class RefusingEngine extends EngineClient {
  #refuses = false;

  refuse(): void {
    this.#refuses = true;
  }

  override async request(request: EngineRequest): Promise<Response> {
    if (request.method === "DELETE" && this.#refuses) {
      this.#refuses = false;
      const { action } = request;
      throw new EngineHttpError("device busy", { action, status: 500 });
    }
    return await super.request(request);
  }
}

/** Leaves what an engine does that ends before it has named the image. */
async function leavePlaceholder(engine: EngineClient): Promise<string> {
  await using other = await BaseImage.make(engine);
  const name = uniqueName();
  await leaveUnnamed(engine, name, signal);
  const id = (await findImage(engine, name, signal))?.id ?? "";
  await tagImage(engine, other.name, { as: name });
  await removeImage(engine, name);
  return id;
}

Deno.test("the last build that lets go of a name puts back what it stood for", async () => {
  await using engine = connect();
  await using theirs = await BaseImage.make(engine);
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  await tagImage(engine, theirs.name, { as: name });
  await using _image = removeLater(engine, name);
  const { names, release, idOf } = leases(engine);

  await names.lease(name, GIVEN);
  await tagImage(engine, ours.name, { as: name });
  await names.lease(name, GIVEN);
  await release(name);
  assertEquals(await idOf(name), await idOf(ours.name));
  await release(name);
  assertEquals(await idOf(name), await idOf(theirs.name));
});

Deno.test("a name that was not there before goes with the last that uses it", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const { names, release, idOf } = leases(engine);
  await names.lease(name, PULLED);
  await tagImage(engine, ours.name, { as: name });
  await names.lease(name, PULLED);
  await release(name);
  assert(await idOf(name));
  await release(name);
  assertEquals(await idOf(name), undefined);
});

Deno.test("an image that is to have its name again is not taken away meanwhile", async () => {
  await using engine = connect();
  const theirs = await BaseImage.make(engine);
  await using _theirs = removeLater(engine, theirs.name);
  await using ours = await BaseImage.make(engine);
  const pulled = uniqueName();
  const { names, release, idOf } = leases(engine);
  const before = await idOf(theirs.name);
  // One build gives the name away; another has pulled the same image.
  await names.lease(theirs.name, GIVEN);
  await names.lease(pulled, PULLED);
  await tagImage(engine, theirs.name, { as: pulled });
  await tagImage(engine, ours.name, { as: theirs.name });
  // Nor when both are over, whichever is put back first.
  names.letGo(theirs.name);
  await release(pulled);
  assertEquals(await idOf(pulled), before);
  await names.putBack(theirs.name, signal);
  assertEquals(await idOf(theirs.name), before);
  assertEquals(await idOf(pulled), undefined);
});

Deno.test("an image that had no name before is left when the one given to it goes", async () => {
  await using engine = connect();
  const theirs = await BaseImage.make(engine);
  const { names, release, idOf } = leases(engine);
  const id = await idOf(theirs.name) ?? "";
  const name = uniqueName();
  await names.adopt(name, GIVEN);
  await tagImage(engine, theirs.name, { as: name });
  await removeImage(engine, theirs.name);
  await release(name);
  assertEquals(await idOf(name), undefined);
  const unnamed = await listImages(engine, { dangling: true });
  assert(unnamed.some((image) => image.id === id));
  await removeImage(engine, id);
});

Deno.test("a name whose removal is tried again leaves nothing of the first try", async () => {
  await using engine = connect();
  await using theirs = await BaseImage.make(engine);
  const { names, release, idOf } = leases(engine);
  const name = uniqueName();
  await names.adopt(name, GIVEN);
  await tagImage(engine, theirs.name, { as: name });
  // As if the engine had gone before the name could.
  await leaveUnnamed(engine, name, signal);
  const placeholder = await idOf(name) ?? "";
  await release(name);
  assertEquals(await idOf(name), undefined);
  assertEquals(await idOf(placeholder), undefined);
});

Deno.test("what an engine made to take a name over, and did not name, goes later", async () => {
  await using engine = connect();
  const theirs = await BaseImage.make(engine);
  const { names, release, idOf } = leases(engine);
  const id = await idOf(theirs.name) ?? "";
  const name = uniqueName();
  await names.adopt(name, GIVEN);
  await tagImage(engine, theirs.name, { as: name });
  await removeImage(engine, theirs.name);
  const placeholder = await leavePlaceholder(engine);
  await release(name);
  assertEquals(await idOf(placeholder), undefined);
  assertEquals(await idOf(id), id);
  await removeImage(engine, id);
});

Deno.test("a name is held until what was to take it over is gone", async () => {
  await using engine = new RefusingEngine(parseEngineAddress(ENGINE));
  const { names, idOf } = leases(engine);
  const placeholder = await leavePlaceholder(engine);
  const held = { name: uniqueName(), before: undefined };
  names.inherit(held);
  engine.refuse();
  await assertRejects(() => names.putBack(held.name, signal), EngineHttpError);
  assertEquals(names.holdings, [held]);
  assertEquals(await idOf(placeholder), placeholder);
  await names.putBack(held.name, signal);
  assertEquals(await idOf(placeholder), undefined);
  assertEquals(names.holdings, []);
});

Deno.test("a name is removed when what it stood for is gone", async () => {
  await using engine = connect();
  const theirs = await BaseImage.make(engine);
  await using ours = await BaseImage.make(engine);
  const { names, release, idOf } = leases(engine);
  const name = uniqueName();
  await tagImage(engine, theirs.name, { as: name });
  await names.lease(name, GIVEN);
  await tagImage(engine, ours.name, { as: name });
  await removeImage(engine, theirs.name);
  await release(name);
  assertEquals(await idOf(name), undefined);
});

Deno.test("a name that cannot be put back stays idle, to be tried again", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const { names, idOf } = leases(engine);
  await names.lease(name, PULLED);
  await tagImage(engine, ours.name, { as: name });
  assertEquals(names.idle, []);
  names.letGo(name);
  await names.putBack(name, AbortSignal.abort()).catch(() => {});
  assertEquals(names.idle, [name]);
  await names.putBack(name, signal);
  assertEquals(names.idle, []);
  assertEquals(await idOf(name), undefined);
});

Deno.test("a kept name is not taken for one of others", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const { names, release, idOf } = leases(engine, 2 ** 30);
  await names.lease(name, PULLED);
  await tagImage(engine, ours.name, { as: name });
  await release(name, { isKept: true });
  assert(await idOf(name));
  await names.lease(name, PULLED);
  await release(name, { isKept: true });
  assert(await idOf(name));
  await names.giveUp(name, signal);
  assertEquals(await idOf(name), undefined);
});

Deno.test("a name that is gone already is nothing to put back", async () => {
  await using engine = connect();
  await using ours = await BaseImage.make(engine);
  const name = uniqueName();
  const { names, release } = leases(engine);
  await names.lease(name, PULLED);
  await tagImage(engine, ours.name, { as: name });
  await removeImage(engine, name);
  await release(name);
  assertEquals(names.holdings, []);
});

Deno.test("of names that waited for an image, those that could not go are idle", async () => {
  await using engine = new RefusingEngine(parseEngineAddress(ENGINE));
  const theirs = await BaseImage.make(engine);
  await using _theirs = removeLater(engine, theirs.name);
  await using ours = await BaseImage.make(engine);
  const { names, idOf } = leases(engine);
  await names.lease(theirs.name, GIVEN);
  const pulled = [uniqueName(), uniqueName()];
  for (const name of pulled) {
    await names.lease(name, PULLED);
    await tagImage(engine, theirs.name, { as: name });
  }
  await tagImage(engine, ours.name, { as: theirs.name });
  for (const name of pulled) {
    names.letGo(name);
    await names.putBack(name, signal);
  }
  names.letGo(theirs.name);
  engine.refuse();
  await assertRejects(
    () => names.putBack(theirs.name, signal),
    EngineHttpError,
    "device busy",
  );
  assertEquals(names.idle, pulled.toReversed());
  for (const name of names.idle) await names.putBack(name, signal);
  assertEquals(names.holdings, []);
  for (const name of pulled) assertEquals(await idOf(name), undefined);
});
