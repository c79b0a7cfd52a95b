import { assertEquals } from "@std/assert";
import { didYouMean, nearest } from "../../lib/text/did_you_mean.ts";

const KNOWN = ["ENDPOINT", "SERVER", "REALM"];

Deno.test("nearest finds what was mistyped, in any case", () => {
  assertEquals(nearest("ENDPIONT", KNOWN), "ENDPOINT");
  assertEquals(nearest("endpoint", KNOWN), "ENDPOINT");
  assertEquals(nearest("RELAM", []), undefined);
});

Deno.test("nearest finds nothing for what is right, or quite another word", () => {
  assertEquals(nearest("SERVER", KNOWN), undefined);
  assertEquals(nearest("PATH", KNOWN), undefined);
  assertEquals(didYouMean("HOME", KNOWN), "");
});

Deno.test("more than a slip or two makes another word", () => {
  assertEquals(nearest("HTTP_PORT", ["HTTP_PROXY"]), undefined);
  assertEquals(nearest("--builders", ["--build-cpus"]), undefined);
  assertEquals(nearest("HTPT_PROXY", ["HTTP_PROXY"]), "HTTP_PROXY");
});
