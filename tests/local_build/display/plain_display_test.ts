import { assertEquals, assertMatch } from "@std/assert";
import { PlainDisplay } from "../../../lib/local_build/display/plain_display.ts";
import type { BuildEvent } from "../../../lib/local_build/event.ts";
import { layer, shownBy } from "./_course.ts";

function lines(...events: readonly BuildEvent[]): Promise<string> {
  return shownBy((output) => new PlainDisplay(output), events);
}

Deno.test("each state of a layer is told once, and bytes in between are not", async () => {
  const phase = "pulling";
  const on = (current: number) => ({ current, total: 100 });
  const shown = await lines(
    { kind: "phase", phase, image: "a/b:c\x1b[2J" },
    layer(phase, "one", "Downloading", on(10)),
    layer(phase, "one", "Downloading", on(100)),
    layer(phase, "one", "Downloading", on(100)),
    layer(phase, "one", "Pull complete"),
    { kind: "status", phase, status: "Status: Downloaded" },
  );
  assertEquals(
    shown,
    "── pulling a/b:c ──\none: Downloading\none: Pull complete\nStatus: Downloaded\n",
  );
});

Deno.test("a line that has not ended is ended by what comes in between", async () => {
  const phase = "building";
  const output = (text: string): BuildEvent => ({
    ...{ kind: "output", phase, text },
  });
  const shown = await lines(
    { kind: "phase", phase },
    output("one\ntw"),
    output("o\nthree"),
    { kind: "remark", text: "a remark\nof two lines\n" },
    output("four"),
    { kind: "packed", bytes: 1 },
    { kind: "sent", bytes: 1 },
    { kind: "phase_ended", phase, completed: true },
  );
  assertEquals(
    shown,
    "── building ──\none\ntwo\nthree\na remark\nof two lines\n",
  );
});

Deno.test("the end is a summary, whichever it is", async () => {
  const phase: BuildEvent = { kind: "phase", phase: "building" };
  const success = await lines(phase, {
    kind: "end",
    end: { kind: "success", imageId: "sha256:1", digests: ["a@2", "b@3"] },
  });
  assertMatch(
    success,
    /\n\n {2}building {8}0\.\d s\nBuilt and pushed in 0\.\d s\n {2}image {3}sha256:1\n {2}digest {2}a@2\n {2}digest {2}b@3\n$/,
  );
  const failure = await lines(phase, {
    kind: "end",
    end: { kind: "failure", failure: "build_error", message: "no\nway" },
  });
  assertMatch(
    failure,
    /The build failed in phase building after .* \(build_error\)\nno\nway\n$/,
  );
  assertMatch(
    await lines({
      kind: "end",
      end: { kind: "failure", failure: "disk_full", message: "no room" },
    }),
    /^The build failed after .* \(disk_full\)\nno room\n$/,
  );
  assertMatch(
    await lines({ kind: "end", end: { kind: "cancelled" } }),
    /^The build was cancelled after/,
  );
});
