import { assertEquals, assertMatch } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import { phaseLines } from "../../../lib/local_build/display/phase_line.ts";
import type { BuildCourse } from "../../../lib/local_build/course.ts";
import type { BuildEnd, BuildEvent } from "../../../lib/local_build/event.ts";
import type { Phase } from "../../../lib/manager/manager.ts";
import { courseOf, layer } from "./_course.ts";

const began = (phase: Phase): BuildEvent => ({ kind: "phase", phase });

/** The line of the last phase, on a terminal of so many columns. */
function lastLine(events: readonly BuildEvent[], columns = 100): string {
  const lines = phaseLines(courseOf(...events), { columns });
  return stripVTControlCharacters(lines.at(-1) ?? "");
}

Deno.test("a transfer has a bar of the bytes that are known, whichever way it goes", () => {
  for (const phase of ["pulling", "priming-cache", "pushing"] as const) {
    const half = { current: 500, total: 1_000 };
    const doing = phase === "pushing" ? "Pushing" : "Downloading";
    assertMatch(
      lastLine([
        began(phase),
        layer(phase, "one", doing, half),
        layer(phase, "two", phase === "pushing" ? "Pushed" : "Already exists"),
      ]),
      new RegExp(
        `^▸ {2}${phase} +\\d\\.\\d s {2}█{12}░{12} {2}1/2 layers, 500 B of 1 kB$`,
      ),
    );
  }
});

Deno.test("a transfer of layers without a size has a bar of the layers", () => {
  assertMatch(
    lastLine([
      began("pulling"),
      layer("pulling", "one", "Pull complete"),
      layer("pulling", "two", "Waiting"),
      layer("pulling", "three", "Waiting"),
      layer("pulling", "four", "Waiting"),
    ]),
    / s {2}█{6}░{18} {2}1\/4 layers$/,
  );
  assertMatch(lastLine([began("pushing")]), /^▸ {2}pushing +\d\.\d s$/);
});

Deno.test("the context has a bar while it is sent, and the steps one after that", () => {
  const sending: BuildEvent[] = [
    began("unpacking"),
    { kind: "packed", bytes: 4_000 },
    began("building"),
    { kind: "sent", bytes: 1_000 },
  ];
  assertMatch(
    lastLine(sending),
    / s {2}█{6}░{18} {2}context: 1 kB of 4 kB$/,
  );
  // What the worker adds to it makes no more than all of it.
  assertMatch(
    lastLine([...sending, { kind: "sent", bytes: 3_500 }]),
    / s {2}█{24} {2}context: 4\.5 kB of 4\.5 kB$/,
  );
  const step = (text: string): BuildEvent => ({
    ...{ kind: "output", phase: "building", text },
  });
  assertMatch(
    lastLine([...sending, step("Step 3/4 : RUN true\n")]),
    / s {2}█{18}░{6} {2}step 3 of 4$/,
  );
});

Deno.test("a context whose size nobody knows has its bytes, and no bar", () => {
  assertMatch(
    lastLine([began("building"), { kind: "sent", bytes: 1_000 }]),
    /^▸ {2}building +\d\.\d s {2}context: 1 kB$/,
  );
});

Deno.test("unpacking tells its bytes, and checking the cache nothing", () => {
  assertMatch(lastLine([began("unpacking")]), /^▸ {2}unpacking +\d\.\d s$/);
  assertMatch(
    lastLine([began("unpacking"), { kind: "packed", bytes: 2_000 }]),
    /^▸ {2}unpacking +\d\.\d s {2}2 kB$/,
  );
  assertMatch(
    lastLine([began("checking-cache")]),
    /^▸ {2}checking-cache +\d\.\d s$/,
  );
});

Deno.test("a bar is as wide as there is room for, and not there in none", () => {
  const events = [
    began("pulling"),
    layer("pulling", "a", "Downloading", { current: 1, total: 2 }),
  ];
  const widthAt = (columns: number) =>
    lastLine(events, columns).match(/[█░]/g)?.length ?? 0;
  assertEquals([200, 84, 70, 65, 64].map(widthAt), [24, 24, 10, 5, 0]);
});

/** What the lines of all phases begin with. */
function marks(course: BuildCourse, end?: BuildEnd): string[] {
  return phaseLines(course, { columns: 100, end })
    .map((line) => stripVTControlCharacters(line).slice(0, 1));
}

Deno.test("a phase that has ended has a mark, and no bar", () => {
  const course = courseOf(
    began("pulling"),
    layer("pulling", "a", "Downloading", { current: 1, total: 2 }),
    began("building"),
  );
  assertEquals(marks(course), ["✓", "▸"]);
  const [pulling = ""] = phaseLines(course, { columns: 100 });
  assertEquals(/[█░]/.test(pulling), false);
  course.follow({ kind: "phase_ended", phase: "building", completed: true });
  assertEquals(marks(course), ["✓", "✓"]);
  const end = { kind: "success", imageId: "", digests: [] } as const;
  course.follow({ kind: "end", end });
  assertEquals(marks(course, end), ["✓", "✓"]);
});

Deno.test("a phase that broke has another mark, also while there is no end yet", () => {
  const course = courseOf(began("pulling"), began("building"));
  assertEquals(marks(course, { kind: "cancelled" }), ["✓", "✗"]);
  course.follow({ kind: "phase_ended", phase: "building", completed: false });
  assertEquals(marks(course), ["✓", "✗"]);
});
