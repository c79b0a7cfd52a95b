import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { goText } from "../../lib/context/_go_text.ts";
import { ContextError } from "../../lib/context/error.ts";
import { parseIgnore } from "../../lib/context/ignore.ts";
import { bytesOf } from "../../lib/context/path.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { damaged } from "./_mutation.ts";

const FILES = [
  "# all but some\n*\n!src/**\n!?/[a-c]*.ts\r\n./x/../y/\n",
  "\ufeff**/node_modules/**\n[^!]\\*\\?{1,3}|(b)+$.\n!**/keep\n",
  "a[\\]-a]b\n/abs\n  trimmed  \n!\\!\n\\Qa\\E\n\\p{Greek}\n\\d\\b\n",
].map((text) => new TextEncoder().encode(text));

const piece = fc.constantFrom(
  "*",
  "**",
  "**/",
  "?",
  "[^b]*",
  "[a-z]",
  "\\",
  "a{0,3}",
  "(.*/)?",
  "!",
  "/",
  "|",
  "\\Q",
  "\xc3\xa4",
  "\xff",
  "a",
);
/** A few pieces, over and over again. */
const pattern = fc.tuple(
  fc.array(piece, { minLength: 1, maxLength: 5 }),
  fc.nat(150),
  fc.array(piece, { maxLength: 2 }),
).map(([pieces, times, last]) => pieces.join("").repeat(times) + last.join(""));
const file = fc.oneof(
  damaged(FILES),
  fc.array(pattern, { maxLength: 8 }).map((all) => bytesOf(all.join("\n"))),
  fc.string({ unit: fc.constantFrom(..."ab*?[]^-!\\/{},|.01 \n:dwpQE\xff") })
    .map((text) => bytesOf(text)),
);

const name = fc.oneof(
  fc.constantFrom("a", "b", "ab", "a.b", "\xff", "\xc3\xa4", "node_modules"),
  fc.string({ unit: "binary-ascii", minLength: 1 })
    .map((text) => text.replaceAll("/", "_")),
);
const path = fc.oneof(
  fc.array(name, { minLength: 1, maxLength: 5 }),
  // As long as a path of an archive may be.
  fc.tuple(name, fc.nat(2_000))
    .map(([name, depth]) => Array<string>(depth + 1).fill(name)),
).map((names) => names.join("/").slice(0, 4_095).replace(/\/$/, ""));

Deno.test("Any ignore file says of any path whether it is left out, or is refused", () => {
  fc.assert(
    fc.property(file, fc.array(path, { maxLength: 5 }), (file, paths) => {
      const rules = attempt(() => parseIgnore(file), ContextError);
      if (rules === undefined) return;
      for (const path of paths) {
        const ignored = rules.ignores(path);
        assert(!rules.prunes(path) || ignored);
        assertEquals(parseIgnore(file).ignores(path), ignored);
      }
    }),
    fuzz(300),
  );
});

Deno.test("What is wrong with an ignore file is told in bounds", () => {
  fc.assert(
    fc.property(file, (file) => {
      try {
        parseIgnore(file);
      } catch (error) {
        assert(error instanceof ContextError, Deno.inspect(error));
        assert(error.message.length < 1_000, error.message);
      }
    }),
    fuzz(1_000),
  );
});

Deno.test("Bytes are text as Go reads them: each that is no UTF-8 by itself", () => {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    damaged([new TextEncoder().encode("aé€😀\u07ff\u0800\uffff\u{10ffff}")]),
  );
  fc.assert(
    fc.property(bytes, (bytes) => {
      let expected = "";
      for (let at = 0; at < bytes.length;) {
        const lengths = [1, 2, 3, 4];
        const length = lengths.find((length) =>
          attempt(() => utf8.decode(bytes.subarray(at, at + length)), TypeError)
        );
        expected += length === undefined
          ? "\ufffd"
          : utf8.decode(bytes.subarray(at, at + length));
        at += length ?? 1;
      }
      assertEquals(goText(String.fromCharCode(...bytes)), expected);
    }),
    fuzz(1_000),
  );
});
