import { assertEquals } from "@std/assert";
import { buildImage } from "../../lib/engine/build.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { pruneImages } from "../../lib/engine/prune_images.ts";
import { BaseImage } from "../support/base_image.ts";
import { connect, contextOf, removeLater } from "./_support.ts";

Deno.test("Images are listed by name, and pruned by label", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const label = `test-${crypto.randomUUID()}`;
  const context = await contextOf({ Dockerfile: `FROM ${base.name}\n` });
  const { imageId } = await buildImage(client, context, {
    labels: { [label]: "x" },
  });
  await using _image = removeLater(client, imageId);
  const unnamed = await listImages(client, { dangling: true });
  const image = unnamed.find(({ id }) => id === imageId);
  assertEquals([image?.repoTags, image?.repoDigests], [[], []]);
  const [named] = await listImages(client, { references: [base.name] });
  assertEquals(named?.repoTags, [base.name]);

  const nothing = await pruneImages(client, { labels: [`${label}=y`] });
  assertEquals(nothing, { untagged: [], deleted: [], spaceReclaimed: 0 });
  const { deleted } = await pruneImages(client, { labels: [label] });
  assertEquals(deleted, [imageId]);
});
