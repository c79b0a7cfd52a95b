import { assertEquals } from "@std/assert";
import { inOneLine } from "../../lib/text/in_one_line.ts";

Deno.test("lines become one, whatever ends them", () => {
  assertEquals(
    inOneLine("\nCannot pull:  no\r\n\r\n  route\nto host \n"),
    "Cannot pull:  no route to host",
  );
});
