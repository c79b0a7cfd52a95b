import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { wrap } from "../../lib/text/wrap.ts";

Deno.test("wrap breaks between words, and indents every line", () => {
  assertEquals(
    wrap("one two three", { width: 9, indent: 2 }),
    "  one two\n  three",
  );
  assertEquals(wrap("one two", { width: Infinity }), "one two");
});

Deno.test("wrap keeps every word, in lines that fit unless a word does not", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), (list, width) => {
      const lines = wrap(list.join(" "), { width }).split("\n");
      assertEquals(lines.flatMap((line) => line.split(" ")), list);
      for (const line of lines) {
        assert(line.length <= width || !line.includes(" "), line);
      }
    }),
    { seed: 1 },
  );
});
