import { assert, assertEquals, assertExists } from "@std/assert";
import fc from "fast-check";
import { LogLimit } from "../../../lib/build/log/_log_limit.ts";

function onlyMarkOf(text: string) {
  const match = /\[[\d,]+ lines \(([\d,]+) bytes\) are left out.*\n/.exec(text);
  assertExists(match);
  const [mark, bytes = ""] = match;
  const { index } = match;
  return { mark, index, leftOut: Number(bytes.replaceAll(",", "")) };
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

function pass(limit: LogLimit, pieces: readonly string[]): string {
  return pieces.map((piece) => limit.push(piece)).join("") + limit.end();
}

Deno.test("a log within the limit is not touched", () => {
  const pieces = ["line one\n", "line ", "two: é😀\r\n", "no end"];
  const limit = new LogLimit(bytesOf(pieces.join("")));
  assertEquals(pass(limit, pieces), pieces.join(""));
});

Deno.test("what is left out is counted, between whole lines", () => {
  const pieces = Array.from({ length: 100 }, (_, i) => `line ${100 + i}\n`);
  const limit = new LogLimit(90);
  assertEquals(
    pass(limit, pieces),
    [
      ...pieces.slice(0, 7),
      "[90 lines (810 bytes) are left out here: the log is longer than 90 bytes]\n",
      ...pieces.slice(97),
    ].join(""),
  );
});

Deno.test("steps are shown where they were", () => {
  const step = "Step 2/2 : RUN make\r\n";
  const filler = "0123456789\n".repeat(50);
  const shown = pass(new LogLimit(100), [filler, step, filler]);
  const mark = String.raw`\[\d+ lines \(\d+ bytes\) are left out here.*\n`;
  assert(
    new RegExp(`^[0-9\n]+${mark}${step}${mark}[0-9\n]+$`).test(shown),
    shown,
  );
});

Deno.test("head and tail of any log are kept, and the rest is counted", () => {
  const piece = fc.string({
    unit: fc.constantFrom("a", "é", "😀", "\n", "\n", "\r", "x"),
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.integer({ min: 16, max: 400 }),
      (pieces, size) => {
        const text = pieces.join("");
        const shown = pass(new LogLimit(size), pieces);
        if (bytesOf(text) <= size) return assertEquals(shown, text);
        const { index, mark, leftOut } = onlyMarkOf(shown);
        const before = shown.slice(0, index);
        const tail = shown.slice(index + mark.length);
        const kept = bytesOf(text) - leftOut - bytesOf(tail);
        // Where the head ends within a line, the mark begins another.
        const head = bytesOf(before) > kept ? before.slice(0, -1) : before;
        assertEquals(bytesOf(head), kept);
        assert(text.startsWith(head), shown);
        assert(text.endsWith(tail), shown);
        assert(kept + bytesOf(tail) <= size, shown);
      },
    ),
    { numRuns: 1_000 },
  );
});
