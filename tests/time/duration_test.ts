import { assertEquals } from "@std/assert";
import { formatDuration } from "../../lib/time/duration.ts";

Deno.test("formatDuration() takes the largest unit that comes out even", () => {
  assertEquals(
    [1, 1_500, 3_000, 90_000, 600_000, 7_200_000].map(formatDuration),
    ["1 ms", "1500 ms", "3 s", "90 s", "10 min", "2 h"],
  );
});
