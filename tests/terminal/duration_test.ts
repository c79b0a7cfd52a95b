import { assertEquals } from "@std/assert";
import { formatDuration } from "../../lib/terminal/duration.ts";

Deno.test("durations are as precise as people need", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0.0 s"],
    [1_234, "1.2 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 0 s"],
    [125_000, "2 min 5 s"],
    [3_599_600, "1 h 0 min"],
    [7_380_000, "2 h 3 min"],
  ];
  for (const [milliseconds, expected] of cases) {
    assertEquals(formatDuration(milliseconds), expected);
  }
});
