import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineSplitter } from "../../lib/terminal/line_splitter.ts";

Deno.test("text in any pieces becomes the same lines", () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "é") }));
  fc.assert(fc.property(pieces, (pieces) => {
    const splitter = new LineSplitter();
    const lines = pieces.flatMap((piece) => splitter.push(piece));
    lines.push(...splitter.end());
    const text = pieces.join("");
    const expected = text.split("\n");
    if (text.endsWith("\n") || text === "") expected.pop();
    assertEquals(lines, expected);
  }));
});

Deno.test("the beginning of a line is known before its end comes", () => {
  const splitter = new LineSplitter();
  assertEquals(splitter.push("one\nt"), ["one"]);
  splitter.push("w");
  assertEquals(splitter.rest, "tw");
});

Deno.test("a line that never ends is cut", () => {
  const splitter = new LineSplitter();
  let count = 0;
  for (let i = 0; i < 1_000; i++) {
    count += splitter.push("x".repeat(1_000)).length;
  }
  assertEquals(count > 10, true);
  assertEquals(splitter.rest.length <= 64 * 1024, true);
});
