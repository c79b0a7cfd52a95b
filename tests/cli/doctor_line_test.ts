import { assertEquals } from "@std/assert";
import { doctorLine } from "../../lib/cli/doctor_line.ts";

const PLAIN = { color: false, width: Infinity };

Deno.test("a peer's words do nothing to a terminal", () => {
  const evil = "no\x1b]0;title\x07 \x1b[2Jway\x9b5A\nfor you\u202e";
  assertEquals(
    doctorLine({
      check: "Build Manager",
      verdict: "wrong",
      message: evil,
      advice: evil,
    }, PLAIN),
    "✗ WRONG   Build Manager: no way for you\n          → no way for you\n",
  );
});

Deno.test("lines are wrapped to the width, below what they are about", () => {
  assertEquals(
    doctorLine({ check: "git", verdict: "ok", message: "one two three" }, {
      color: false,
      width: 20,
    }),
    "✓ ok      git: one\n          two three\n",
  );
});
