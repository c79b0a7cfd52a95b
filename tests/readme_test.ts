import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../lib/cli/commands.ts";
import { EXIT_CODES } from "../lib/cli/exit_codes.ts";
import { settingOption } from "../lib/cli/options.ts";
import {
  compiledPermissions,
  localBuildPermissions,
} from "../lib/config/permissions.ts";
import {
  type Setting,
  type SettingName,
  SETTINGS,
} from "../lib/config/settings.ts";
import { VERSION } from "../lib/version.ts";

const ROOT = new URL("../", import.meta.url);

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

const README = await read("README.md");

/** Everything that is written for people, by its path. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "README.md": README,
  "CHANGELOG.md": await read("CHANGELOG.md"),
  ".github/CONTRIBUTING.md": await read(".github/CONTRIBUTING.md"),
};

const ALL = Object.values(DOCUMENTS).join("\n");

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

/** The rows of a table, cell by cell, without its head. */
function rowsOf(text: string): string[][] {
  const rows = text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) =>
      line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
    );
  return rows.slice(2);
}

/** The rows of the README's table that `deno task sync` writes. */
function syncedRows(section: string): string[][] {
  const begin = README.indexOf(`<!-- ${section}:begin -->`);
  const end = README.indexOf(`<!-- ${section}:end -->`);
  return rowsOf(README.slice(begin, end));
}

const CONTRIBUTING = DOCUMENTS[".github/CONTRIBUTING.md"] ?? "";
const CHANGELOG = DOCUMENTS["CHANGELOG.md"] ?? "";

/** The text between one of a document's headings and the next. */
function section(title: string, document = README): string {
  const [, text] = document.split(new RegExp(`^#+ ${title}$`, "m"));
  assert(text !== undefined, `There is no section "${title}"`);
  return text.split(/^#+ /m)[0] ?? "";
}

/** What code spans and code blocks hold. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```.*?\n(.*?)^```$/gms)];
  const spans = [...text.replace(/^```.*?^```$/gms, "").matchAll(/`([^`]+)`/g)];
  return [...blocks, ...spans].map(([, code]) => code ?? "");
}

function namesIn(pattern: RegExp, texts: readonly string[]): Set<string> {
  return new Set(
    texts.flatMap((text) =>
      Array.from(text.matchAll(pattern), ([, name]) => name ?? "")
    ),
  );
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

async function namesOf(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(directory, ROOT)));
  return entries.filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).sort();
}

/** The texts of all modules below a directory. */
async function sourcesIn(directory: string): Promise<string[]> {
  const texts: string[] = [];
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(directory, ROOT))
  ) {
    const path = `${directory}${name}`;
    if (isDirectory) texts.push(...await sourcesIn(`${path}/`));
    else if (name.endsWith(".ts")) texts.push(await read(path));
  }
  return texts;
}

Deno.test("the README's table holds every setting as the code has it", () => {
  assertEquals(syncedRows("settings"), settingRows());
});

Deno.test("the README's table holds every command as the code has it", () => {
  const commands = COMMANDS.map(({ name, usage, summary }) => {
    const words = ["quay-builder", name, usage].filter((word) => word !== "");
    return [`\`${words.join(" ").replaceAll("|", "\\|")}\``, summary];
  });
  assertEquals(syncedRows("commands"), commands);
});

Deno.test("the README names the settings that are no flags, and no others", () => {
  const sentence = /No flags are (.*?)\. /s.exec(README)?.[1] ?? "";
  const named = namesIn(/`(\w+)`/g, [sentence]);
  const names = Object.keys(SETTINGS) as SettingName[];
  assertEquals([...named], names.filter((name) => !settingOption(name)));
});

Deno.test("the README names every other spelling of a setting", () => {
  const configuration = section("Configuration");
  for (const setting of Object.values<Setting<unknown>>(SETTINGS)) {
    for (const alias of setting.aliases ?? []) {
      assert(configuration.includes(`\`${alias}\``), alias);
    }
  }
});

Deno.test("the README's table holds every exit code, and no other", () => {
  const codes = rowsOf(section("Exit codes")).map(([code]) => Number(code));
  assertEquals(codes, [...new Set(Object.values(EXIT_CODES))].sort());
});

Deno.test("the table of the layout holds every directory of lib, and no other", async () => {
  const named = rowsOf(section("Layout", CONTRIBUTING)).map(([name]) => name);
  const names = await namesOf("lib/");
  assertEquals(named, names.map((name) => `\`lib/${name}\``));
});

Deno.test("the table of packages holds every one of deno.json, and no other", async () => {
  const { imports } = JSON.parse(await read("deno.json")) as {
    imports: Readonly<Record<string, string>>;
  };
  const packages = namesIn(
    /^npm:((?:@[^/]+\/)?[^@/]+)@/g,
    Object.values(imports),
  );
  const named = namesIn(
    /`([^`]+)`/g,
    rowsOf(section("Packages")).map(([name]) => name ?? ""),
  );
  assertEquals([...named].sort(), [...packages].sort());
});

Deno.test("the README names every figure of /metrics, and no other", async () => {
  const figures = namesIn(
    /"(quay_builder_\w+)"/g,
    await sourcesIn("lib/telemetry/"),
  );
  const named = namesIn(/`(quay_builder_\w+)/g, [README]);
  assertEquals([...named].sort(), [...figures].sort());
});

Deno.test("every target of make that the documents name is there", async () => {
  const makefile = await read("Makefile");
  const targets = namesIn(/^([a-z][a-z0-9 -]*):/gm, [makefile]);
  const known = new Set([...targets].flatMap((names) => names.split(" ")));
  const named = namesIn(/\bmake ([a-z][a-z0-9-]*)/g, codeOf(ALL));
  assert(named.size > 0);
  assertEquals([...named].filter((name) => !known.has(name)), []);
});

Deno.test("every task of Deno that the documents name is there", async () => {
  const { tasks } = JSON.parse(await read("deno.json")) as {
    tasks: Readonly<Record<string, unknown>>;
  };
  const named = namesIn(/\bdeno task ([a-z][a-z:]*)/g, codeOf(ALL));
  assert(named.size > 0);
  assertEquals([...named].filter((name) => !(name in tasks)), []);
});

Deno.test("every file of the project that the documents name is there", async () => {
  const named = namesIn(
    /(?:^|[\s`])((?:lib|tests|bench|deploy)\/[\w./-]*)/g,
    codeOf(ALL),
  );
  assert(named.size > 0);
  for (const path of named) await Deno.stat(new URL(path, ROOT));
});

Deno.test("what the README's troubleshooting quotes is what the code says", async () => {
  // What the engine and other programs say stands in the tests, as measured.
  const sources = (await Promise.all(["lib/", "tests/"].map(sourcesIn))).flat()
    .map((source) => source.replace(/["`] \+\s+["`]/g, "")).join("\n");
  const rows = [
    "The worker does not start, or takes no builds",
    "Builds fail",
  ].flatMap((title) => rowsOf(section(title)));
  const quotes = namesIn(/`([^`]+)`/g, rows.map(([quote]) => quote ?? ""));
  assert(quotes.size > 0);
  const parts = [...quotes].flatMap((quote) => quote.split(/ ?…[",]?|: /));
  assertEquals(parts.filter((part) => !sources.includes(part.trim())), []);
});

Deno.test("every threat of the README is shown by a test", () => {
  const rows = rowsOf(section("Threats"));
  assert(rows.length > 0);
  for (const [, threat, , tests = ""] of rows) {
    assert(/`tests\/[^`]*_test\.ts`/.test(tests), threat);
  }
});

Deno.test("the README's permissions name every variable that is no setting", () => {
  const allowed = [...compiledPermissions(), ...localBuildPermissions()]
    .filter((flag) => flag.startsWith("--allow-env="))
    .flatMap((flag) => flag.slice("--allow-env=".length).split(","))
    .filter((name) => !Object.hasOwn(SETTINGS, name.toUpperCase()));
  const code = codeOf(section("Permissions"));
  const named = code.filter((text) => /^[A-Z][A-Z\d_]+$/.test(text));
  assertEquals(new Set(named), new Set(allowed));
});

Deno.test("every link of the documents leads somewhere", async () => {
  for (const [path, text] of Object.entries(DOCUMENTS)) {
    const links = namesIn(/\]\(([^)\s]+)\)/g, [text]);
    for (const link of links) {
      if (/^https?:/.test(link)) continue;
      const { pathname, hash } = new URL(link, new URL(path, ROOT));
      const target = await Deno.readTextFile(pathname);
      if (hash === "") continue;
      const headings = namesIn(/^#+ (.*)$/gm, [target]);
      const anchors = [...headings].map(anchorOf);
      assert(anchors.includes(hash.slice(1)), `${path}: ${link}`);
    }
  }
});

Deno.test("the changelog has the worker's version, to come or released on a day", () => {
  const [first, ...released] = namesIn(/^## (.*)$/gm, [CHANGELOG]);
  assertEquals(first, "[Unreleased]");
  const form = /^\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$/;
  const versions = released.map((heading) => form.exec(heading)?.[1]);
  assertEquals(versions.includes(undefined), false, released.join());
  const [newest] = versions;
  assert(
    newest === VERSION ||
      section("\\[Unreleased\\]", CHANGELOG).includes(VERSION),
  );
});
