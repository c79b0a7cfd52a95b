import { assert, assertFalse } from "@std/assert";
import { isUri, WAMP_URI } from "../../lib/wamp/uri.ts";

Deno.test("isUri() takes components separated by dots", () => {
  for (const uri of ["a", "com.example.add", "io.quay.builder.build", "ü.☃"]) {
    assert(isUri(uri), uri);
  }
});

Deno.test("isUri() refuses emptiness, whitespace and #", () => {
  for (const uri of ["", ".", "a.", ".a", "a..b", "a b", "a\n", "a#", "\t"]) {
    assertFalse(isUri(uri), JSON.stringify(uri));
  }
});

Deno.test("the protocol's own URIs are URIs", () => {
  for (const uri of Object.values(WAMP_URI)) assert(isUri(uri), uri);
});

Deno.test("isUri() takes a URI of millions of components", () => {
  const many = "a.".repeat(15_000_000);
  assert(isUri(`${many}a`));
  assertFalse(isUri(many));
});
