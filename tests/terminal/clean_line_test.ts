import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { cleanLine } from "../../lib/terminal/clean_line.ts";

/** What a line looks like, by what came in. */
const CASES: Readonly<Record<string, string>> = {
  "plain text": "plain text",
  "\x1b[31mred\x1b[0m": "red",
  "a\x1b[2Jb\x1b[10;20Hc\x1b[?1049hd": "abcd",
  "\x1b]0;a title\x07text": "text",
  "\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\": "link",
  "\x1bPq#0;2;0;0;0\x1b\\sixel": "sixel",
  "never ends\x1b]52;c;cGFzdGVk": "never ends",
  "reset\x1bc, charset\x1b(0, keypad\x1b=": "reset, charset, keypad",
  "C1: \x9b2J\x9d0;title\x9ctext\x85": "C1: text",
  "bell\x07 back\x08space null\0": "bell backspace null",
  "10%\r55%\r100%": "100%",
  "100%\r": "100%",
  "a\tb\tlonger than a tab\tc": "a       b       longer than a tab       c",
  "user\u202etxt.exe\u2066": "usertxt.exe",
  "日本語 🎉": "日本語 🎉",
  "\ud800": "\ufffd",
};

for (const [line, expected] of Object.entries(CASES)) {
  Deno.test(`of ${JSON.stringify(line)} is shown ${JSON.stringify(expected)}`, () =>
    assertEquals(cleanLine(line), expected));
}

Deno.test("colours may stay, and end with their line", () => {
  assertEquals(
    cleanLine("\x1b[1;38;5;196mred\x1b[2K \x1b[4:3mwavy", { colors: true }),
    "\x1b[1;38;5;196mred \x1b[4:3mwavy\x1b[0m",
  );
});

/** Text that is made of what control sequences are made of. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom("\x1b", "[", "]", "P", "\\", "\x9b", "\x07", "\r", "\t"),
    fc.constantFrom("0", ";", "?", "m", "J", "\u202e", "\x9c", " ", "x"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
).map((parts) => parts.join("").replaceAll("\n", ""));

Deno.test("nothing that is left can do more than show text", () => {
  fc.assert(
    fc.property(hostile, (line) => {
      // deno-lint-ignore no-control-regex
      const control = /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
      assertEquals(control.exec(cleanLine(line)), null);
      const colored = cleanLine(line, { colors: true });
      // deno-lint-ignore no-control-regex
      assertEquals(control.exec(colored.replace(/\x1b\[[\d;:]*m/g, "")), null);
      if (colored.includes("\x1b")) {
        assertEquals(colored.endsWith("\x1b[0m"), true);
      }
    }),
    { numRuns: 5_000 },
  );
});
