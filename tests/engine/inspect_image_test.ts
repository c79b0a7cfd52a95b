import { assertRejects } from "@std/assert";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { BaseImage } from "../support/base_image.ts";
import { assertStatus, connect, uniqueName } from "./_support.ts";

Deno.test("What does not exist, or has no valid name, is refused", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const missing = uniqueName();
  await assertStatus(404, () => inspectImage(client, missing));
  await assertStatus(404, () => removeImage(client, missing));
  await assertStatus(404, () => tagImage(client, missing, { as: "a:b" }));
  await assertStatus(404, () => removeContainer(client, missing.slice(-36)));
  await assertStatus(500, () => tagImage(client, base.name, { as: "A:b" }));
  await assertStatus(
    400,
    () => inspectImage(client, "a name?with=all&of#it%2f"),
  );
});

Deno.test("A name does not lead to another endpoint", async () => {
  await using client = connect();
  for (const name of ["../containers", "a/../../info", "..", "."]) {
    await assertRejects(
      () => inspectImage(client, name),
      TypeError,
      "dot segment",
    );
  }
});
