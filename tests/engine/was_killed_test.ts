import { assertEquals } from "@std/assert";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { wasKilled } from "../../lib/engine/was_killed.ts";
import { BaseImage } from "../support/base_image.ts";
import { createContainer } from "../support/container.ts";
import { connect } from "./_support.ts";

Deno.test("a container that was sent a signal is told from one that ended itself", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const itself = ["sh", "-c", "kill -9 $$"];
  const ended = await createContainer(client, base.name, itself);
  const killed = await createContainer(client, base.name, ["sleep", "600"]);
  const response = await client.request({
    action: "kill container",
    method: "POST",
    path: `/containers/${killed}/kill`,
  });
  await response.body?.cancel();
  assertEquals(await wasKilled(client, killed.slice(0, 12)), true);
  assertEquals(await wasKilled(client, ended.slice(0, 12)), false);
  for (const id of [ended, killed]) {
    await removeContainer(client, id, { force: true });
  }
});
