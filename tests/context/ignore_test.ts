import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ContextError } from "../../lib/context/error.ts";
import { parseIgnore } from "../../lib/context/ignore.ts";
import { encodeName } from "../../lib/context/path.ts";

/** Which of some paths a file ignores. */
function ignored(
  file: string | Uint8Array,
  paths: readonly string[],
): string[] {
  const rules = parseIgnore(file);
  return paths.filter((path) => rules.ignores(encodeName(path)));
}

/** Checks what each file makes of one list of paths. */
function assertIgnored(
  paths: readonly string[],
  cases: readonly (readonly [file: string, ignored: readonly string[]])[],
): void {
  for (const [file, expected] of cases) {
    assertEquals(ignored(file, paths), expected, file);
  }
}

Deno.test("Lines are read as the docker CLI reads them", () => {
  assertIgnored(["a", "b", "# c", " d", "e"], [
    ["", []],
    ["a\nb", ["a", "b"]],
    ["\ufeffa\r\nb\r\n", ["a", "b"]],
    ["# c", []],
    [" # c", ["# c"]],
    ["\u0085\u3000 a\t", ["a"]],
    ["/a", ["a"]],
    ["./b/", ["b"]],
    ["x/../a", ["a"]],
    ["..//a", []],
    ["a\n! a", []],
    ["*\n!/b", ["a", "# c", " d", "e"]],
    ["*\n./!b", ["a", "# c", " d", "e"]],
    ["/\n.\n", []],
  ]);
});

Deno.test("Wildcards match as the docker CLI's do", () => {
  const paths = ["a", "a/b", "a/b/c", "axx/b/c", "xa", "x/xa", "A"];
  assertIgnored(paths, [
    ["*", paths],
    ["?", ["a", "a/b", "a/b/c", "x/xa", "A"]],
    ["*/b", ["a/b", "a/b/c", "axx/b/c"]],
    ["**/b", ["a/b", "a/b/c", "axx/b/c"]],
    ["**/a", ["a", "a/b", "a/b/c"]],
    ["a/**", ["a/b", "a/b/c"]],
    ["**a", ["a", "a/b", "a/b/c", "xa", "x/xa"]],
    ["a**", ["a", "a/b", "a/b/c", "axx/b/c"]],
    ["a**/c", ["a/b/c", "axx/b/c"]],
    ["**/**/c", ["a/b/c", "axx/b/c"]],
    ["[a-b]", ["a", "a/b", "a/b/c"]],
    ["[^a]", ["x/xa", "A"]],
    ["[!A]", ["A"]],
    ["*x/b", ["axx/b/c"]],
  ]);
});

Deno.test("An escape means punctuation itself, and with letters what Go says", () => {
  assertIgnored(["*", "a", "A", "1"], [
    ["\\*", ["*"]],
    ["\\d", ["1"]],
    ["\\a", []],
    ["\\x41", ["A"]],
    ["[\\*1]", ["*", "1"]],
  ]);
});

Deno.test("A pattern with a wildcard keeps some of a regular expression's signs", () => {
  assertIgnored(["a+b", "a(b)", "a|b", "aa", "a{2}", "zb", "ab", "$"], [
    ["a+b", ["a+b"]],
    ["?+b", ["a+b"]],
    ["?(b)", ["a(b)"]],
    ["a|b", ["a|b"]],
    ["a{2}", ["a{2}"]],
    ["*$", ["$"]],
    ["?{2}", ["aa", "zb", "ab"]],
    // Either a beginning or an end, for neither is bound to the other.
    ["aa*|zb", ["aa", "zb"]],
  ]);
});

Deno.test("The last match wins, and exceptions bring files back", () => {
  const paths = ["a", "a/b", "a/b/c", "a/d", "e"];
  assertIgnored(paths, [
    ["a\n!a/b", ["a", "a/d"]],
    ["a\n!a/b\na/b/c", ["a", "a/b/c", "a/d"]],
    ["!a\na", ["a", "a/b", "a/b/c", "a/d"]],
    ["*\n!a", ["e"]],
    ["**\n!a/*", ["a", "e"]],
  ]);
});

Deno.test("Nothing comes back from a directory that the CLI does not look into", () => {
  const paths = ["a", "a/b", "a/b/c"];
  assertIgnored(paths, [
    ["a\n!**/c", paths],
    ["a\n!*/b", paths],
    ["a\n!a/b/c", ["a", "a/b"]],
    // The exception only has to begin with the directory, not to match in it.
    ["a\n!a/x\n!**/c", ["a", "a/b", "a/b/c"]],
    ["a\n!a/b/x\n!**/c", ["a", "a/b"]],
  ]);
});

Deno.test("Patterns match bytes that are not UTF-8 one by one", () => {
  const rules = (text: string) =>
    parseIgnore(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  assert(rules("\xff").ignores("\xff"));
  assert(!rules("\xff").ignores("\xfe"));
  assert(rules("*\xff").ignores("a\xfe"));
  assert(rules("??").ignores("\xe2\x82"));
  assert(rules("?").ignores("\xe2\x82\xac"));
  assert(rules("?").ignores("\xf0\x9f\x98\x80"));
});

Deno.test("What is to be kept stays, and all that has to be looked into for it", () => {
  const rules = parseIgnore("*\n!?/keep").keeping(
    ".dockerignore",
    "a/[b]",
    "a/[b]",
  );
  const kept = [".dockerignore", "Dockerfile", "a", "a/[b]", "a/b", "a/keep"]
    .filter((path) => !rules.ignores(path));
  assertEquals(kept, [".dockerignore", "a/[b]", "a/keep"]);
});

Deno.test("A file that says nothing ignores nothing", () => {
  for (const file of ["", "\n\n", "# a\n", "\ufeff# a"]) {
    const rules = parseIgnore(file);
    assert(rules.isEmpty);
    assert(!rules.ignores("a") && !rules.prunes("a"));
  }
  assert(!parseIgnore("a").isEmpty);
});

Deno.test("A bad pattern is refused with its line and what to do", () => {
  const cases: [file: string, line: number, message: string][] = [
    ["a\n!", 2, 'a "!" needs a pattern'],
    ["!/", 1, 'a "!" needs a pattern'],
    ["# a\n\na[b", 3, '("a[b"): a "[" has no closing "]"'],
    ["[]", 1, 'a "[…]" is empty'],
    ["a\\", 1, 'ends in "\\"'],
    ["[z-a]", 1, "runs backwards"],
    ["bin\\Release", 1, 'separate directories by "/"'],
    ["?{1001}", 1, "repeats too often"],
    ["*{2}", 1, "repeats nothing"],
    ["[[:x:]]", 1, "is not a character class"],
    [`a\n${"b".repeat(65_536)}`, 2, "65536 bytes"],
  ];
  for (const [file, line, message] of cases) {
    const error = assertThrows(() => parseIgnore(file), ContextError, message);
    assertEquals(error.kind, "ignore_invalid");
    assert(
      error.message.startsWith(`Cannot use ".dockerignore", line ${line} (`),
      error.message,
    );
  }
});

Deno.test("An error names the file that was asked for", () => {
  assertThrows(
    () => parseIgnore("[", { name: "a.dockerignore" }),
    ContextError,
    'Cannot use "a.dockerignore", line 1',
  );
});

Deno.test("A file of a size that no one writes is refused", () => {
  const cases: [file: string, message: string][] = [
    ["a".repeat(1024 ** 2 + 1), "1048577 bytes"],
    ["a\n".repeat(10_001), "line 10001"],
    ["*a\n".repeat(10_000), "too many patterns"],
    ["a{1000}".repeat(9_000) + "*", "too complex"],
  ];
  for (const [file, message] of cases) {
    assertThrows(() => parseIgnore(file), ContextError, message);
  }
});

Deno.test("A hostile pattern takes its time and no more", () => {
  // A backtracking matcher would not come back from any of these.
  for (const pattern of ["*a", "**/", "*", "[^b]*", "?a{0,3}"]) {
    const rules = parseIgnore(`${pattern.repeat(100)}b`);
    assert(!rules.ignores(`${"a/".repeat(1000)}c`));
    assert(!rules.ignores(`${"a".repeat(2000)}c`));
  }
});

Deno.test("What a pattern has to keep in mind of a path may be a lot", () => {
  // Which of the last letters were an "a" is different after each letter.
  const rules = parseIgnore(`*a${"?".repeat(200)}`);
  let seed = 1;
  let path = "";
  for (let i = 0; i < 2000; i++) {
    seed = Math.imul(seed, 1103515245) + 12345 >>> 0;
    path += seed >>> 16 & 1 ? "a" : "b";
    if (i % 50 > 0) continue;
    assertEquals(rules.ignores(path), path.at(-201) === "a");
  }
});

Deno.test("A path that is too deep for so many patterns is refused", () => {
  const patterns = (count: number, pattern: string) =>
    Array.from({ length: count }, (_, i) => `${pattern}${i}\n`).join("");
  const deep = "a/".repeat(2046) + "a";
  assert(!parseIgnore(patterns(1_000, "**/x")).ignores(deep));
  assert(!parseIgnore(patterns(10_000, "**/x")).ignores(deep.slice(0, 400)));
  const refused = [patterns(10_000, "**/x"), `**/b\n${patterns(800, "**/*x")}`];
  for (const file of refused) {
    const rules = parseIgnore(file);
    for (const ask of [() => rules.ignores(deep), () => rules.prunes(deep)]) {
      const error = assertThrows(ask, ContextError, "use fewer");
      assertEquals(error.kind, "limit");
    }
    assert(!rules.ignores("a"));
  }
  // Nothing is tried below what is left out as a whole.
  assert(parseIgnore(`${patterns(9_999, "**/x")}a`).ignores(deep));
});

const name = fc.constantFrom("a", "b", "ab", "a.b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 4 })
  .map((names) => names.join("/"));
const pattern = fc.tuple(
  fc.constantFrom("", "!"),
  fc.array(fc.oneof(name, fc.constantFrom("*", "**", "?", "a*")), {
    minLength: 1,
    maxLength: 3,
  }),
).map(([negation, parts]) => negation + parts.join("/"));
const file = fc.array(pattern, { maxLength: 6 }).map((all) => all.join("\n"));

Deno.test("What is pruned holds nothing that is kept", () => {
  fc.assert(fc.property(file, path, path, (file, directory, below) => {
    const rules = parseIgnore(file);
    if (rules.prunes(directory)) {
      assert(rules.ignores(`${directory}/${below}`));
    }
  }));
});

Deno.test("The answer for a path does not depend on what was asked before", () => {
  const paths = fc.array(path, { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(file, paths, (file, paths) => {
    const rules = parseIgnore(file);
    for (const path of paths) {
      const fresh = parseIgnore(file);
      assertEquals(rules.ignores(path), fresh.ignores(path));
      assertEquals(rules.prunes(path), fresh.prunes(path));
    }
  }));
});

Deno.test("Any file is either read or refused", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."ab*?[]^-!\\/{},|.0123 \n:dwpQE\u00e9"),
    maxLength: 30,
  });
  fc.assert(
    fc.property(text, path, (text, path) => {
      try {
        parseIgnore(text).ignores(path);
      } catch (error) {
        assert(error instanceof ContextError);
      }
    }),
    { numRuns: 3000 },
  );
});
