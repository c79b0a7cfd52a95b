import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../lib/cli/commands.ts";
import { EXIT_CODES } from "../lib/cli/exit_codes.ts";
import { settingOption } from "../lib/cli/options.ts";
import {
  type Setting,
  type SettingName,
  SETTINGS,
} from "../lib/config/settings.ts";

const README = await Deno.readTextFile(
  new URL("../README.md", import.meta.url),
);

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

/** The rows of one of the README's tables, cell by cell. */
function readmeRows(section: string): string[][] {
  const begin = README.indexOf(`<!-- ${section}:begin -->`);
  const table = README.slice(begin, README.indexOf(`<!-- ${section}:end -->`));
  return table.split("\n").filter((line) => line.startsWith("| `")).map((
    line,
  ) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("the README's table holds every setting as the code has it", () => {
  assertEquals(readmeRows("settings"), settingRows());
});

Deno.test("the README's table holds every command as the code has it", () => {
  const commands = COMMANDS.map(({ name, usage, summary }) => {
    const words = ["quay-builder", name, usage].filter((word) => word !== "");
    return [`\`${words.join(" ").replaceAll("|", "\\|")}\``, summary];
  });
  assertEquals(readmeRows("commands"), commands);
});

Deno.test("the README names the settings that are no flags, and no others", () => {
  const sentence = /No flags are (.*?)\. /s.exec(README)?.[1] ?? "";
  const named = Array.from(sentence.matchAll(/`(\w+)`/g), ([, name]) => name);
  const names = Object.keys(SETTINGS) as SettingName[];
  assertEquals(named, names.filter((name) => !settingOption(name)));
});

Deno.test("the README names every exit code", () => {
  for (const code of Object.values(EXIT_CODES)) {
    assertStringIncludes(README, `\n| ${code}         | `);
  }
});

Deno.test("every test that the README names is there", async () => {
  const paths = README.match(/`tests\/[^`]*_test\.ts`/g) ?? [];
  assertEquals(paths.length > 0, true);
  for (const path of new Set(paths)) {
    await Deno.stat(new URL(`../${path.slice(1, -1)}`, import.meta.url));
  }
});
