import { assertEquals } from "@std/assert";
import { LeftContainers } from "../../lib/build/left_containers.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import { listContainers } from "../../lib/engine/list_containers.ts";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { connect } from "../engine/_support.ts";
import { BaseImage } from "../support/base_image.ts";
import { createContainer } from "../support/container.ts";
import { silentLogger } from "../support/silent_logger.ts";

const { signal } = new AbortController();
const OPTIONS = { logger: silentLogger, signal };
const SLEEP = ["sleep", "600"];

/** A build's containers, with their IDs as the engine tells them. */
function noted(ids: readonly string[], began: number) {
  return { began, containers: ids.map((id) => id.slice(0, 12)) };
}

async function listIds(
  engine: EngineClient,
  ids: readonly string[],
): Promise<string[]> {
  return (await listContainers(engine, { ids })).map(({ id }) => id);
}

Deno.test("a container that still runs is removed later, and keeps no other", async () => {
  await using engine = connect();
  await using base = await BaseImage.make(engine);
  const began = Date.now();
  const ended = await createContainer(engine, base.name);
  const running = await createContainer(engine, base.name, SLEEP);
  const ids = [running, ended];
  const containers = new LeftContainers(engine);
  containers.note(noted(ids, began));
  await containers.remove(OPTIONS);
  assertEquals(await listIds(engine, ids), [running]);
  await engine.request({
    action: "kill container",
    method: "POST",
    path: `/containers/${running}/kill`,
  });
  await containers.remove(OPTIONS);
  assertEquals(await listIds(engine, ids), []);
});

Deno.test("a container that is older than the build is not its own", async () => {
  await using engine = connect();
  await using base = await BaseImage.make(engine);
  const id = await createContainer(engine, base.name);
  const containers = new LeftContainers(engine);
  containers.note(noted([id], Date.now() + 60_000));
  await containers.remove(OPTIONS);
  assertEquals(await listIds(engine, [id]), [id]);
  await removeContainer(engine, id);
});

Deno.test("containers are waited for until they are gone, or the engine lets them be", async () => {
  await using engine = connect();
  await using base = await BaseImage.make(engine);
  const began = Date.now();
  const left = await createContainer(engine, base.name);
  const going = await createContainer(engine, base.name, SLEEP);
  const containers = new LeftContainers(engine);
  const waiting = containers.waitFor(noted([going], began), signal);
  await removeContainer(engine, going, { force: true });
  await waiting;
  assertEquals(await listIds(engine, [going]), []);
  await containers.waitFor(noted([left], began), signal);
  await removeContainer(engine, left);
});
