import { assertEquals } from "@std/assert";
import { buildImage } from "../../lib/engine/build.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { BaseImage } from "../support/base_image.ts";
import { connect, contextOf, removeLater } from "./_support.ts";

Deno.test("Images are listed by name, or as they have none", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const context = await contextOf({ Dockerfile: `FROM ${base.name}\n` });
  const { imageId } = await buildImage(client, context, {
    labels: { test: crypto.randomUUID() },
  });
  await using _image = removeLater(client, imageId);
  const unnamed = await listImages(client, { dangling: true });
  const image = unnamed.find(({ id }) => id === imageId);
  assertEquals([image?.repoTags, image?.repoDigests], [[], []]);
  const [named] = await listImages(client, { references: [base.name] });
  assertEquals(named?.repoTags, [base.name]);
});
