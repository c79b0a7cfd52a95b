import { assertEquals, assertThrows } from "@std/assert";
import { ContextError } from "../../../lib/context/error.ts";
import { LinkAliases } from "../../../lib/context/tar/hard_links.ts";

Deno.test("links that are not sent are followed to what they stand for", () => {
  const aliases = new LinkAliases();
  aliases.add("b", "a");
  assertEquals([aliases.follow("b"), aliases.follow("c")], ["a", "c"]);
  aliases.delete("b");
  assertEquals(aliases.follow("b"), "b");
});

Deno.test("what is remembered of links has an end, in number and in bytes", () => {
  const many = new LinkAliases();
  assertThrows(
    () => {
      for (let i = 0; i <= 250_000; i++) many.add(`${i}`, "a");
    },
    ContextError,
    "more than 250000 hard links",
  );
  const long = new LinkAliases();
  const name = "n".repeat(4095);
  assertThrows(
    () => {
      for (let i = 0; i <= 20_000; i++) long.add(name, name);
    },
    ContextError,
    "more than 134217728 bytes of names",
  );
});
