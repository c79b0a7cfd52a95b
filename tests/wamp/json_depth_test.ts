import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { exceedsDepth } from "../../lib/wamp/_json_depth.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

Deno.test("exceedsDepth() agrees with the depth of the parsed value", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 8 }), fc.nat(10), (text, max) => {
    assertEquals(exceedsDepth(text, max), depthOf(JSON.parse(text)) > max);
  }));
});

Deno.test("exceedsDepth() ignores brackets in strings", () => {
  assertFalse(exceedsDepth('["[[[[", "\\"[[[", "\\\\", "{{"]', 1));
  assert(exceedsDepth('["\\\\", [1]]', 1));
});

Deno.test("exceedsDepth() copes with a string that never ends", () => {
  assertFalse(exceedsDepth('["[[[[[', 1));
});
