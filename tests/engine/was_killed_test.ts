import { assertEquals } from "@std/assert";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { wasKilled } from "../../lib/engine/was_killed.ts";
import { BaseImage } from "../support/base_image.ts";
import { createContainer } from "../support/container.ts";
import { fakeTime } from "../support/fake_time.ts";
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
  const hour = 3_600_000;
  // Whatever this machine's clock says.
  for (const shift of [0, -hour, hour]) {
    const time = Date.now() + shift;
    using clock = fakeTime(["Date"]);
    clock.setSystemTime(time);
    const signal = AbortSignal.timeout(60_000);
    const look = (id: string) => wasKilled(client, id.slice(0, 12), { signal });
    assertEquals(await look(killed), true);
    assertEquals(await look(ended), false);
  }
  for (const id of [ended, killed]) {
    await removeContainer(client, id, { force: true });
  }
});
