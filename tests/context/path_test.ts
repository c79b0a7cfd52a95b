import { assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import {
  bytesOf,
  byteStringOf,
  cleanPath,
  decodeName,
  encodeName,
  joinPath,
  parentPath,
  quote,
  relativePath,
  resolvePath,
} from "../../lib/context/path.ts";

Deno.test("a byte string holds any bytes, of any length", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 600 }),
    (bytes) => assertEquals(bytesOf(byteStringOf(bytes)), bytes.slice()),
  ));
});

Deno.test("encodeName() and decodeName() undo each other", () => {
  fc.assert(fc.property(
    fc.string({ unit: "grapheme" }),
    (text) => assertEquals(decodeName(encodeName(text)), text),
  ));
  assertEquals(encodeName("ü"), "\xc3\xbc");
  assertEquals(decodeName("a\xff"), "a\ufffd");
});

Deno.test("cleanPath() gives the place in a chroot that a name leads to", () => {
  const cases: Record<string, string> = {
    "": "",
    ".": "",
    "./": "",
    "/": "",
    "a": "a",
    "a/": "a",
    "./a": "a",
    "././a": "a",
    "/a//b/": "a/b",
    "a/./b": "a/b",
    "a/../b": "b",
    "../../a": "a",
    "a/..": "",
    "..a": "..a",
    "a../b": "a../b",
    ".a": ".a",
    ".../b": ".../b",
    "./.": "",
    ".//a": "a",
  };
  for (const [name, path] of Object.entries(cases)) {
    assertEquals(cleanPath(name), path, name);
  }
});

Deno.test("cleanPath() leaves clean paths alone", () => {
  fc.assert(fc.property(
    fc.array(fc.constantFrom("a", ".", "..", "", "b.c"), { maxLength: 6 }),
    (parts) => {
      const path = cleanPath(parts.join("/"));
      assertEquals(cleanPath(path), path);
      assertFalse(/(^|\/)\.{0,2}(\/|$)/.test(path) && path !== "");
    },
  ));
});

Deno.test("resolvePath() does not lead out of the package", () => {
  assertEquals(resolvePath("", ""), "");
  assertEquals(resolvePath("", "/"), "");
  assertEquals(resolvePath("", "/a/b/"), "a/b");
  assertEquals(resolvePath("a/b", "../Dockerfile"), "a/Dockerfile");
  assertEquals(resolvePath("a/b", "/x"), "a/b/x");
  assertEquals(resolvePath("a", "../../x"), undefined);
  assertEquals(resolvePath("a", "b/../../../a/x"), undefined);
});

Deno.test("relativePath() tells what lies in a directory from what is named alike", () => {
  assertEquals(relativePath("", "a/b"), "a/b");
  assertEquals(relativePath("a", "a/b"), "b");
  assertEquals(relativePath("a", "a"), "");
  assertEquals(relativePath("a", "ab"), undefined);
  assertEquals(relativePath("a/b", "a"), undefined);
});

Deno.test("parentPath() and joinPath() know the top", () => {
  assertEquals(parentPath("a/b/c"), "a/b");
  assertEquals(parentPath("a"), "");
  assertEquals(joinPath("", "a"), "a");
  assertEquals(joinPath("a", ""), "a");
  assertEquals(joinPath("a", "b"), "a/b");
});

Deno.test("quote() shows control characters and cuts what is too long", () => {
  assertEquals(quote('a\n"\x1b'), '"a\\n\\"\\u001b"');
  assertEquals(quote("x".repeat(5000)).length, 203);
});
