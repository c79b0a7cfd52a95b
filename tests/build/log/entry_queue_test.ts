import { assert, assertEquals } from "@std/assert";
import { EntryQueue } from "../../../lib/build/log/_entry_queue.ts";

const MANY_LINES = "a line of output\n".repeat(60_000);

Deno.test("output that never ends leaves layers their turn", () => {
  const queue = new EntryQueue();
  queue.addText(MANY_LINES, 0);
  queue.addStatus("Downloading", { id: "a" });
  const kinds: string[] = [];
  for (let now = 0; now < 10; now++) {
    const taken = queue.take(now, false);
    assert(taken.kind === "entry");
    kinds.push(taken.entry.stream === undefined ? "layer" : "text");
    queue.addText(MANY_LINES, now);
  }
  assertEquals(kinds.slice(0, 3), ["text", "layer", "text"]);
});

Deno.test("long output keeps its place before a status", () => {
  const queue = new EntryQueue();
  queue.addText(MANY_LINES, 0);
  queue.addStatus("Digest: sha256:00");
  queue.addText("after\n", 0);
  const entries = [];
  for (
    let taken = queue.take(0, false);
    taken.kind === "entry";
    taken = queue.take(0, false)
  ) {
    entries.push(taken.entry);
  }
  const before = entries.slice(0, -2).map(({ stream = "" }) => stream);
  assert(before.length > 2);
  assertEquals(before.join(""), MANY_LINES);
  assertEquals(entries.slice(-2), [
    { status: "Digest: sha256:00" },
    { stream: "after\n" },
  ]);
  assertEquals(queue.length, 0);
});

Deno.test("what waits is counted until it is taken", () => {
  const queue = new EntryQueue();
  queue.addText("output\n", 0);
  queue.addStatus("Pulling");
  assertEquals(queue.length, "output\nPulling".length);
  queue.take(0, true);
  assertEquals(queue.length, "Pulling".length);
  queue.take(0, true);
  assertEquals(queue.length, 0);
  assertEquals(queue.take(0, true), { kind: "wait", until: Infinity });
});
