import { assertEquals } from "@std/assert";
import { progressBar } from "../../lib/terminal/progress_bar.ts";

Deno.test("a bar is as full as its share, and never longer than its room", () => {
  assertEquals(progressBar(0, 4), "░░░░");
  assertEquals(progressBar(0.5, 4), "██░░");
  assertEquals(progressBar(0.99, 4), "███░");
  assertEquals(progressBar(1, 4), "████");
  assertEquals(progressBar(7, 4), "████");
  assertEquals(progressBar(-1, 4), "░░░░");
});
