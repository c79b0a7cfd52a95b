import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { BuildLog } from "../../../lib/build/log/build_log.ts";
import type { BuildMessage } from "../../../lib/build/log/message.ts";
import { Redactor } from "../../../lib/secret/redactor.ts";
import { fakeTimers } from "../../support/fake_time.ts";
import { DistantManager } from "./distant_manager.ts";

function logTo({ send }: DistantManager): BuildLog {
  return new BuildLog({ send, redactor: new Redactor([]) });
}

function progress(
  id: string,
  current: number,
  total?: number,
): BuildMessage {
  return {
    status: "Downloading",
    id,
    progressDetail: { current, ...(total !== undefined && { total }) },
  };
}

Deno.test("progress collapses to the newest of each layer", async () => {
  const manager = new DistantManager(20);
  await using log = logTo(manager);
  await log.beginPhase("pulling");
  for (let current = 0; current <= 1_000; current++) {
    for (const id of ["a", "b"]) await log.write(progress(id, current, 1_000));
  }
  await log.flush();
  assertLess(manager.told.length, 6);
  assertEquals(manager.bars, new Map([["a", 1], ["b", 1]]));
  assertEquals(manager.mostInFlight, 1);
});

Deno.test("progress is throttled even when the manager is fast", async () => {
  using clock = fakeTimers();
  const manager = new DistantManager();
  await using log = logTo(manager);
  for (let current = 0; current < 60; current++) {
    log.write(progress("a", current, 100));
    await clock.tickAsync(10);
  }
  const times = manager.told.map(({ at }) => at);
  assert(times.length > 1);
  for (const [index, at] of times.entries()) {
    const before = times[index - 1] ?? -Infinity;
    assertGreaterOrEqual(at - before, 250);
  }
});

Deno.test("the last progress is sent when no more comes", async () => {
  using clock = fakeTimers();
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write(progress("a", 1, 100));
  await clock.tickAsync(10);
  log.write(progress("a", 2, 100));
  await clock.tickAsync(400);
  assertEquals(manager.bars.get("a"), 0.02);
});

const DONE = [
  "Download complete",
  "Pull complete",
  "Already exists",
  "Pushed",
  "Layer already exists",
  "Mounted from library/busybox",
];

for (const status of DONE) {
  Deno.test(`"${status}" fills a layer's bar`, async () => {
    const manager = new DistantManager();
    await using log = logTo(manager);
    log.write(progress("a", 40, 100));
    log.write({ status, id: "a" });
    log.write({ status, id: "b", progressDetail: {} });
    await log.flush();
    assertEquals(manager.entries.slice(-2), [
      { status, id: "a", progressDetail: { current: 100, total: 100 } },
      { status, id: "b", progressDetail: { current: 1, total: 1 } },
    ]);
  });
}

for (
  const status of [
    "Status: Downloaded newer image for busybox:latest",
    "latest: digest: sha256:00 size: 528",
  ]
) {
  Deno.test(`"${status}" fills the bars of all layers before it`, async () => {
    const manager = new DistantManager(5);
    await using log = logTo(manager);
    log.write({ status: "Pulling from library/busybox", id: "latest" });
    log.write(progress("a", 40, 100));
    log.write(progress("b", 100, 100));
    await delay(50);
    log.write({ status });
    await log.flush();
    assertEquals(manager.bars, new Map([["a", 1], ["b", 1]]));
    assertEquals(manager.entries.at(-1), { status });
  });
}

Deno.test("a bar never passes 100 %", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write(progress("a", 3_072, 2_560));
  await log.flush();
  assertEquals(manager.bars.get("a"), 1);
});

Deno.test("progress with one number, or of nothing, has no bar", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write(progress("a", 512));
  log.write(progress("b", 0, 0));
  await log.flush();
  assertEquals(manager.entries, [
    { status: "Downloading", id: "a" },
    { status: "Downloading", id: "b" },
  ]);
});

Deno.test("what a layer does next does not lose the numbers it was at", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  await log.beginPhase("pulling");
  log.write(progress("a", 1, 100));
  log.write(progress("a", 70, 100));
  log.write({ status: "Verifying Checksum", id: "a" });
  await log.flush();
  assertEquals(manager.entries.at(-1), {
    status: "Verifying Checksum",
    id: "a",
    progressDetail: { current: 70, total: 100 },
  });
});
