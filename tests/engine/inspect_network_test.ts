import { assertEquals } from "@std/assert";
import { inspectNetwork } from "../../lib/engine/inspect_network.ts";
import { assertStatus, connect } from "./_support.ts";

Deno.test("a network is looked up by its name", async () => {
  await using client = connect();
  const found = await inspectNetwork(client, "none");
  assertEquals(found, { name: "none", driver: "null" });
  await assertStatus(404, () => inspectNetwork(client, "no-such-network"));
});
