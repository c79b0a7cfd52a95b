import { assertEquals } from "@std/assert";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { listContainers } from "../../lib/engine/list_containers.ts";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { BaseImage } from "../support/base_image.ts";
import { createContainer } from "../support/container.ts";
import { assertStatus, connect } from "./_support.ts";

Deno.test("An image that a container uses stays until the container is gone", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const { id } = await inspectImage(client, base.name);
  const container = await createContainer(client, base.name);
  assertEquals(
    await listContainers(client, { ancestors: [base.name] }),
    await listContainers(client, { ids: [container.slice(0, 12)] }),
  );
  const [listed] = await listContainers(client, { ids: [container] });
  assertEquals(
    [listed?.id, listed?.imageId, listed?.state],
    [container, id, "created"],
  );
  assertEquals(
    await listContainers(client, { ids: [container], all: false }),
    [],
  );
  await assertStatus(409, () => removeImage(client, base.name));
  await removeContainer(client, container);
  assertEquals(await listContainers(client, { ids: [container] }), []);
});
