import { assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT_CODES } from "../lib/cli/exit_codes.ts";
import { type Setting, SETTINGS } from "../lib/config/settings.ts";

const README = await Deno.readTextFile(
  new URL("../README.md", import.meta.url),
);

const BEGIN = "<!-- settings:begin -->";
const END = "<!-- settings:end -->";

/** The settings as the README's rows have them, cell by cell. */
function settingRows(): string[][] {
  return Object.entries<Setting<unknown>>(SETTINGS).map((
    [name, { help, default: fallback, example }],
  ) => [
    `\`${name}\``,
    help,
    fallback === undefined ? "" : `\`${fallback}\``,
    `\`${example}\``,
  ]);
}

function readmeRows(): string[][] {
  const table = README.slice(README.indexOf(BEGIN), README.indexOf(END));
  return table.split("\n").filter((line) => line.startsWith("| `")).map((
    line,
  ) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("the README's table holds every setting as the code has it", () => {
  assertEquals(readmeRows(), settingRows());
});

Deno.test("the README names every exit code", () => {
  for (const code of Object.values(EXIT_CODES)) {
    assertStringIncludes(README, `\n| ${code}         | `);
  }
});
