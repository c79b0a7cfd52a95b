import { assertEquals } from "@std/assert";
import { shorten } from "../../lib/text/shorten.ts";

Deno.test("a text that is long enough stays as it is", () => {
  assertEquals(shorten("", 0), "");
  assertEquals(shorten("abcd", 4), "abcd");
});

Deno.test("a text that is too long keeps its beginning and its end", () => {
  const text = `begin${"x".repeat(10_000)}end`;
  assertEquals(
    shorten(text, 10),
    "begin [… 9,998 characters are left out …] xxend",
  );
});

Deno.test("what is left of a character that was cut is well-formed", () => {
  assertEquals(
    shorten("😀😀😀", 3),
    "😀 [… 3 characters are left out …] \ufffd",
  );
});
