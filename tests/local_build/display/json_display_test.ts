import { assertEquals, assertMatch } from "@std/assert";
import { JsonDisplay } from "../../../lib/local_build/display/json_display.ts";
import type { BuildEvent } from "../../../lib/local_build/event.ts";
import { layer, shownBy } from "./_course.ts";

/** The objects, of which each has a time. */
async function objects(
  ...events: readonly BuildEvent[]
): Promise<Record<string, unknown>[]> {
  const text = await shownBy((output) => new JsonDisplay(output), events);
  return text.trimEnd().split("\n").map((line) => {
    const { time, ...rest } = JSON.parse(line);
    assertMatch(time, /^\d{4}-\d\d-\d\dT.*Z$/);
    return rest;
  });
}

Deno.test("every event is an object with its own fields", async () => {
  const phase = "pulling";
  assertEquals(
    await objects(
      { kind: "phase", phase, image: "a:b" },
      layer(phase, "one", "Downloading", { current: 1, total: 2 }),
      { kind: "phase_ended", phase, completed: true },
      { kind: "output", phase: "building", text: "a\nb" },
      { kind: "packed", bytes: 3 },
      { kind: "sent", bytes: 4 },
      { kind: "remark", text: "well" },
    ),
    [
      { event: "phase", phase, image: "a:b" },
      {
        ...{ event: "status", phase, id: "one", status: "Downloading" },
        ...{ current: 1, total: 2 },
      },
      { event: "phase_ended", phase, completed: true },
      { event: "output", phase: "building", text: "a\nb" },
      { event: "packed", bytes: 3 },
      { event: "sent", bytes: 4 },
      { event: "remark", text: "well" },
    ],
  );
});

Deno.test("the last object is the result, whichever it is", async () => {
  const result = async (end: Extract<BuildEvent, { kind: "end" }>["end"]) => {
    const phase = { kind: "phase", phase: "building" } as const;
    const [, last] = await objects(phase, { kind: "end", end });
    const { seconds, phases, ...rest } = last ?? {};
    assertEquals(typeof seconds, "number");
    assertEquals(Array.isArray(phases) && phases.length, 1);
    return rest;
  };
  assertEquals(
    await result({ kind: "success", imageId: "sha256:1", digests: ["a@2"] }),
    {
      ...{ event: "result", outcome: "success" },
      ...{ image_id: "sha256:1", digests: ["a@2"] },
    },
  );
  assertEquals(
    await result({ kind: "failure", failure: "push_issue", message: "no" }),
    {
      ...{ event: "result", outcome: "failure" },
      ...{ failure: "push_issue", message: "no" },
    },
  );
  assertEquals(await result({ kind: "cancelled" }), {
    ...{ event: "result", outcome: "cancelled" },
  });
});
