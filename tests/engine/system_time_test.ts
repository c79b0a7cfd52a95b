import { assert, assertRejects } from "@std/assert";
import { EngineProtocolError } from "../../lib/engine/errors.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { getSystemTime } from "../../lib/engine/system_time.ts";
import { BaseImage } from "../support/base_image.ts";
import { fakeTime } from "../support/fake_time.ts";
import { FakeEngine } from "./_fake_engine.ts";
import { connect } from "./_support.ts";

Deno.test("the engine's time is that by which it dates images, whatever this machine's clock says", async () => {
  await using client = connect();
  using _stopped = fakeTime(["Date"]);
  const before = await getSystemTime(client);
  await using image = await BaseImage.make(client);
  const after = await getSystemTime(client);
  const { created = "" } = await inspectImage(client, image.name);
  const date = Date.parse(created);
  assert(before <= date && date <= after, `${before} ${created} ${after}`);
});

Deno.test("an engine that tells no time is none", async () => {
  for (const answer of [{}, { SystemTime: "now" }]) {
    await using engine = new FakeEngine(({ url }, forward) =>
      url.endsWith("/info") ? Response.json(answer) : forward()
    );
    await assertRejects(
      () => getSystemTime(engine.client),
      EngineProtocolError,
      "SystemTime",
    );
  }
});
