import { assertEquals, assertInstanceOf } from "@std/assert";
import { buildImage } from "../../lib/engine/build.ts";
import { getDiskUsage } from "../../lib/engine/disk_usage.ts";
import { EngineHttpError } from "../../lib/engine/errors.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { BaseImage } from "../support/base_image.ts";
import {
  assertStatus,
  connect,
  contextOf,
  removeLater,
  uniqueName,
} from "./_support.ts";

Deno.test("An image takes several names", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const name = uniqueName();
  await using _image = removeLater(client, name);
  await tagImage(client, base.name, { as: name });
  await tagImage(client, base.name, { as: `${name}:b` });
  const { id, repoTags, repoDigests, size } = await inspectImage(client, name);
  assertEquals(id, (await inspectImage(client, base.name)).id);
  assertEquals(
    repoTags.toSorted(),
    [`${name}:b`, `${name}:latest`, base.name].toSorted(),
  );
  assertEquals(repoDigests, []);
  assertEquals((await getDiskUsage(client)).layers >= size, true);

  assertEquals(await removeImage(client, `${name}:b`), {
    untagged: [`${name}:b`],
    deleted: [],
  });
  await assertStatus(409, () => removeImage(client, id));
});

Deno.test("An image goes with its last name", async () => {
  await using client = connect();
  const name = uniqueName();
  const dockerfile = `FROM scratch\nENV NAME=${name}\n`;
  const context = await contextOf({ Dockerfile: dockerfile });
  const { imageId } = await buildImage(client, context, { tags: [name] });
  const { untagged, deleted } = await removeImage(client, name);
  assertEquals([untagged, deleted], [[`${name}:latest`], [imageId]]);
  await assertStatus(404, () => inspectImage(client, imageId));
});

Deno.test("An image that others remove at the same time is gone", async () => {
  await using client = connect();
  for (let round = 0; round < 10; round++) {
    const dockerfile = `FROM scratch\nENV NAME=${uniqueName()}\n`;
    const context = await contextOf({ Dockerfile: dockerfile });
    const { imageId } = await buildImage(client, context, {});
    const removals = await Promise.allSettled(
      Array.from({ length: 8 }, () => removeImage(client, imageId)),
    );
    const errors = removals.flatMap((removal) =>
      removal.status === "rejected" ? [removal.reason] : []
    );
    assertEquals(errors.length, 7);
    for (const error of errors) {
      assertInstanceOf(error, EngineHttpError);
      assertEquals(error.status, 404, error.message);
    }
  }
});
