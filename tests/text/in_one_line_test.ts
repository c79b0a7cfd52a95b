import { assertEquals } from "@std/assert";
import { inOneLine } from "../../lib/text/in_one_line.ts";

Deno.test("lines become one, whatever ends them", () => {
  assertEquals(
    inOneLine("\nCannot pull:  no\r\n\r\n  route\nto host \n"),
    "Cannot pull:  no route to host",
  );
});

Deno.test("a text of white space takes no time", () => {
  const text = `a${" ".repeat(1_000_000)}b`;
  assertEquals(inOneLine(text), text);
});
