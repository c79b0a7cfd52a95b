import { assertEquals, assertThrows } from "@std/assert";
import { parseCommandLine } from "../../lib/cli/args.ts";
import type { Command, ParsedArgs } from "../../lib/cli/command.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const COMMON = {
  summary: "",
  usage: "",
  settings: [],
  run: () => Promise.resolve(0),
} satisfies Partial<Command>;

const COMMANDS: readonly Command[] = [
  {
    ...COMMON,
    name: "",
    options: [],
    positionals: { most: 0 },
    settings: ["Docker Engine", "Git", "Logs"],
  },
  {
    ...COMMON,
    name: "make",
    options: [
      { name: "tag", letter: "t", value: "REF", repeats: true, help: "" },
      { name: "file", letter: "f", value: "PATH", help: "" },
      { name: "json", help: "" },
    ],
    positionals: { most: 1 },
  },
];

function parse(...args: string[]): ParsedArgs {
  const line = parseCommandLine(args, COMMANDS);
  if (line.kind !== "run") throw new Error(`It is ${line.kind}`);
  return line.args;
}

Deno.test("settings are read with and without an equals sign", () => {
  assertEquals(
    parse("--docker-host=tcp://a", "--log-level", "debug").settings,
    { DOCKER_HOST: "tcp://a", LOG_LEVEL: "debug" },
  );
  assertEquals(parse().settings, {});
});

Deno.test("flags of settings can be on, off, and left open", () => {
  const given = (...args: string[]) => parse(...args).settings.GIT_ALLOW_FILE;
  assertEquals(given("--git-allow-file"), "true");
  assertEquals(given("--git-allow-file=true"), "true");
  assertEquals(given("--git-allow-file=false"), "false");
  assertEquals(given("--no-git-allow-file"), "false");
  assertEquals(given("--git-allow-file", "--no-git-allow-file"), "false");
  assertEquals(given("--no-git-allow-file", "--git-allow-file"), "true");
  assertEquals(given(), undefined);
});

Deno.test("a command has options, letters, and arguments in any order", () => {
  const args = parse("make", "-t", "a", "dir", "--json", "-f", "D", "--tag=b");
  assertEquals(args.values, { tag: ["a", "b"], file: ["D"] });
  assertEquals(args.positionals, ["dir"]);
  assertEquals(args.flags, new Set(["json"]));
});

Deno.test("a letter may have its value attached, with and without an equals sign", () => {
  const args = parse("make", "-tnew/app:v1", "-t=b", "-fD");
  assertEquals(args.values, { tag: ["new/app:v1", "b"], file: ["D"] });
  assertEquals(parse("make", "--", "-tb").positionals, ["-tb"]);
});

Deno.test("numbers stay the texts that they are, and - is an argument", () => {
  assertEquals(parse("make", "007", "-t", "1.0").positionals, ["007"]);
  assertEquals(parse("make", "-t", "1.0").values["tag"], ["1.0"]);
  assertEquals(parse("make", "-").positionals, ["-"]);
  assertEquals(parse("make", "--", "-t").positionals, ["-t"]);
});

Deno.test("help and version win over everything else", () => {
  const kind = (...args: string[]) => parseCommandLine(args, COMMANDS).kind;
  assertEquals(kind("make", "-t", "x", "--help"), "help");
  assertEquals(kind("-V"), "version");
  const asked = parseCommandLine(["--help", "make"], COMMANDS);
  assertEquals(asked.kind === "help" && asked.command.name, "make");
});

Deno.test("what a command does not take is refused", () => {
  const refused = (words: string, ...args: string[]) =>
    assertThrows(() => parse(...args), UsageError, words);
  refused('There is no command "mkae", did you mean "make"?', "mkae");
  refused(
    'There is no option "--jsn", did you mean "--json"?',
    "make",
    "--jsn",
  );
  refused('There is no option "--no-json"', "make", "--no-json");
  refused('There is no option "--log-level"', "make", "--log-level=debug");
  refused('"make" takes one argument at most', "make", "a", "b");
  refused("it needs a value, as in --file=PATH", "make", "--file");
  refused("2 times", "make", "-f", "a", "-f", "b");
  refused("expected --json", "make", "--json=1");
});

Deno.test("a message about an unknown option does not repeat its value", () => {
  const error = assertThrows(() => parse("--pasword=s3cret"), UsageError);
  assertEquals(error.message.includes("s3cret"), false);
});
