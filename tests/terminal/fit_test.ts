import { assertEquals, assertMatch } from "@std/assert";
import { fitLine, rowsOf } from "../../lib/terminal/fit.ts";

Deno.test("a line is cut to a number of columns, and its colours end", () => {
  assertEquals(fitLine("0123456789", 10), "0123456789");
  assertEquals(fitLine("0123456789a", 10), "012345678…");
  assertEquals(fitLine("日本語", 5), "日本…");
  assertEquals(fitLine("\x1b[31mcolored\x1b[0m", 4), "\x1b[31mcol\x1b[39m…");
  assertEquals(fitLine("👩‍👩‍👧 family", 4), "👩‍👩‍👧 …");
});

Deno.test("a line of sequences is cut outside of one, and its colours end", () => {
  for (const prefix of ["", "a", "ab", "abc", "abcd"]) {
    const line = `${prefix}${"\x1b[31m".repeat(900)}x\x1b[0m`;
    const fitted = fitLine(line, 80);
    // deno-lint-ignore no-control-regex
    const text = fitted.replace(/\x1b\[\d*m/g, "");
    assertEquals(text, `${prefix}…`);
    // deno-lint-ignore no-control-regex
    const last = fitted.match(/\x1b\[\d*m/g)?.at(-1) ?? "\x1b[39m";
    assertMatch(last, /\[(?:0|39)m$/);
  }
  const faces = fitLine(`a${"\ud83d\ude00".repeat(5_000)}`, 100_000);
  assertEquals(faces.isWellFormed(), true);
});

Deno.test("a line takes the rows that its columns need", () => {
  assertEquals(rowsOf("", 10), 1);
  assertEquals(rowsOf("0123456789", 10), 1);
  assertEquals(rowsOf("0123456789a", 10), 2);
  assertEquals(rowsOf("\x1b[31m日本語日本\x1b[0m", 5), 2);
});
