import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { BuildCourse } from "../../lib/local_build/course.ts";
import type { BuildEvent } from "../../lib/local_build/event.ts";

function courseOf(events: readonly BuildEvent[]): BuildCourse {
  const course = new BuildCourse();
  for (const event of events) course.follow(event);
  return course;
}

function layer(
  id: string,
  status: string,
  current?: number,
  total?: number,
): BuildEvent {
  return {
    kind: "status",
    phase: "pulling",
    status,
    id,
    ...(current !== undefined && total !== undefined &&
      { progress: { current, total } }),
  };
}

Deno.test("layers are counted, and their bytes as far as they are known", () => {
  const course = courseOf([
    { kind: "phase", phase: "pulling" },
    layer("latest", "Pulling from library/alpine"),
    layer("one", "Pulling fs layer"),
    layer("two", "Pulling fs layer"),
    layer("there", "Already exists", 1, 1),
    layer("one", "Downloading", 30, 100),
    layer("two", "Downloading", 50, 50),
    layer("two", "Extracting", 10, 50),
    layer("two", "Pull complete", 50, 50),
    layer("one", "Extracting", 10, 100),
  ]);
  assertEquals(course.phases[0]?.layers.totals, {
    layers: 3,
    done: 2,
    current: 80,
    total: 150,
  });
});

Deno.test("what comes after its end is not part of a phase's time", async () => {
  const course = courseOf([
    { kind: "phase", phase: "pushing" },
    { kind: "phase_ended", phase: "pushing", completed: true },
  ]);
  const ended = course.phases[0]?.ended;
  await delay(5);
  course.follow({ kind: "end", end: { kind: "cancelled" } });
  assertEquals(course.phases[0]?.ended, ended);
});

Deno.test("bytes and steps belong to the phase that they come in", () => {
  const course = courseOf([
    { kind: "phase", phase: "unpacking" },
    { kind: "packed", bytes: 10 },
    { kind: "packed", bytes: 20 },
    { kind: "phase", phase: "building" },
    { kind: "sent", bytes: 30 },
    { kind: "output", phase: "building", text: "Step 1/3 : FROM a\n ---> b\n" },
    {
      kind: "output",
      phase: "building",
      text: "Step 2/3 : RUN echo Step 9/9 :\n",
    },
    { kind: "end", end: { kind: "cancelled" } },
  ]);
  const [unpacking, building] = course.phases;
  assertEquals(course.packedBytes, 30);
  assertEquals(unpacking?.bytes, 30);
  assertEquals(building?.bytes, 30);
  assertEquals(building?.step, { number: 2, total: 3 });
  assertEquals(building?.ended === undefined, false);
});
