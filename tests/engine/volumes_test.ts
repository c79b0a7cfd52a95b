import { assertEquals } from "@std/assert";
import { createVolume } from "../../lib/engine/create_volume.ts";
import { listVolumes } from "../../lib/engine/list_volumes.ts";
import { removeVolume } from "../../lib/engine/remove_volume.ts";
import { assertStatus, connect } from "./_support.ts";

Deno.test("a volume is made with its labels, listed by its name, and removed", async () => {
  await using client = connect();
  const name = `quay-builder-test-${crypto.randomUUID()}`;
  const labels = { text: '{"☃": "a \\"text\\""}' };
  await createVolume(client, name, { labels });
  const listed = await listVolumes(client, { names: [name] });
  assertEquals(listed, [{ name, labels: new Map(Object.entries(labels)) }]);
  await removeVolume(client, name);
  assertEquals(await listVolumes(client, { names: [name] }), []);
  await assertStatus(404, () => removeVolume(client, name));
});
