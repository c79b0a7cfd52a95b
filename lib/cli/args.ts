import { parseArgs as parse } from "@std/cli/parse-args";
import type { SettingTexts } from "../config/settings.ts";
import {
  checkFlagValues,
  checkPositionals,
  checkValues,
  unknownCommand,
  unknownOption,
} from "./_check_args.ts";
import type { Command, ParsedArgs } from "./command.ts";
import { allOptions, type CommandLineOption } from "./options.ts";

/** What the program was called for. */
export type CommandLine =
  | {
    readonly kind: "run";
    readonly command: Command;
    readonly args: ParsedArgs;
  }
  | { readonly kind: "help"; readonly command: Command }
  | { readonly kind: "version" };

/**
 * Finds out what the program was called for. A command comes first; everything
 * after it is checked against what that command takes.
 *
 * @param args what follows the program's name
 * @param commands every command; the one without a name is the default
 * @throws {UsageError} saying what is not known, and what may have been meant
 */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly Command[],
): CommandLine {
  const [first = ""] = args;
  const named = commands.find(({ name }) => name !== "" && name === first);
  const command = named ?? commands.find(({ name }) => name === "");
  if (!command) throw unknownCommand(first, commands);
  if (!named && /^(?:--help|-h)$/.test(first)) {
    const [, word = ""] = args;
    const asked = commands.find(({ name }) => name === word);
    if (asked) return { kind: "help", command: asked };
  }
  const parsed = parseFor(command, named ? args.slice(1) : args, commands);
  if (parsed.flags.has("help")) return { kind: "help", command };
  if (parsed.flags.has("version")) return { kind: "version" };
  return { kind: "run", command, args: parsed };
}

function parseFor(
  command: Command,
  args: readonly string[],
  commands: readonly Command[],
): ParsedArgs {
  const options = allOptions(command);
  const flags = options.filter(({ value }) => value === undefined);
  const valued = options.filter(({ value }) => value !== undefined);
  const grammar = { command, flags, valued };
  checkFlagValues(args, grammar);
  const parsed = parse(attachedValues(args, valued), {
    boolean: names(flags),
    negatable: names(flags.filter(({ setting }) => setting)),
    string: ["_", ...names(valued)],
    // A list tells what was not given from what was given as false.
    collect: names(options),
    alias: Object.fromEntries(
      options.flatMap(({ name, letter }) => letter ? [[name, letter]] : []),
    ),
    unknown: (arg, key) => {
      if (key === undefined) return true;
      throw unknownOption(arg, grammar);
    },
  });
  const texts = Object.fromEntries(
    options.map(({ name }) => [name, textsOf(parsed[name])]),
  );
  checkValues(texts, grammar);
  const positionals = parsed._.map(String);
  checkPositionals(positionals, command, commands);
  return {
    positionals,
    flags: new Set(
      names(flags).filter((name) => texts[name]?.at(-1) === "true"),
    ),
    values: Object.fromEntries(
      command.options.flatMap(({ name, value }) =>
        value === undefined ? [] : [[name, texts[name] ?? []]]
      ),
    ),
    settings: settingsOf(options, texts),
  };
}

/** `-tNAME` as `--tag=NAME`: the parser would take it for letters. */
function attachedValues(
  args: readonly string[],
  valued: readonly CommandLineOption[],
): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, index) => {
    const [, letter, value] = /^-([a-z])([^=].*)$/is.exec(arg) ?? [];
    if (letter === undefined || index > end) return arg;
    const option = valued.find((option) => option.letter === letter);
    return option === undefined ? arg : `--${option.name}=${value}`;
  });
}

function names(options: readonly CommandLineOption[]): string[] {
  return options.map(({ name }) => name);
}

/** What the parser made of an option: a list, or `false` after `--no-…`. */
function textsOf(parsed: unknown): string[] {
  if (Array.isArray(parsed)) return parsed.map(String);
  return parsed === undefined ? [] : [String(parsed)];
}

function settingsOf(
  options: readonly CommandLineOption[],
  texts: Readonly<Record<string, readonly string[]>>,
): SettingTexts {
  return Object.fromEntries(
    options.flatMap(({ name, setting }) => {
      const text = texts[name]?.at(-1);
      return setting === undefined || text === undefined
        ? []
        : [[setting, text]];
    }),
  );
}
