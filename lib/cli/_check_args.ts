import { settingFlag } from "../config/setting_flag.ts";
import {
  type Setting,
  type SettingName,
  SETTINGS,
} from "../config/settings.ts";
import { didYouMean } from "../text/did_you_mean.ts";
import { quote } from "../text/quote.ts";
import type { Command } from "./command.ts";
import { type CommandLineOption, settingOption } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** What a command takes, by the kinds that the parser knows. */
export interface Grammar {
  readonly command: Command;
  readonly flags: readonly CommandLineOption[];
  readonly valued: readonly CommandLineOption[];
}

/**
 * Refuses values of flags that the parser would take for true: all but `false`.
 *
 * @throws {UsageError}
 */
export function checkFlagValues(
  args: readonly string[],
  { command, flags }: Grammar,
): void {
  const end = args.indexOf("--");
  for (const arg of end === -1 ? args : args.slice(0, end)) {
    const [, no = "", name = "", value = ""] =
      /^--(no-)?([^=]+)=(.*)$/s.exec(arg) ?? [];
    const known = flags.find((flag) => flag.name === name);
    if (known && (no !== "" || !/^(true|false)$/.test(value))) {
      const no = known.setting ? ` or --no-${name}` : "";
      throw new UsageError(
        `Cannot use ${quote(arg)}: expected --${name}${no}`,
        command.name,
      );
    }
  }
}

/**
 * Refuses options without their value, and ones given twice that take one.
 *
 * @throws {UsageError}
 */
export function checkValues(
  texts: Readonly<Record<string, readonly string[]>>,
  { command, valued }: Grammar,
): void {
  for (const { name, repeats, value } of valued) {
    const given = texts[name] ?? [];
    if (given.includes("")) {
      throw new UsageError(
        `Cannot use "--${name}": it needs a value, as in --${name}=${value}`,
        command.name,
      );
    }
    if (given.length > 1 && !repeats) {
      throw new UsageError(
        `Cannot use "--${name}" ${given.length} times: it takes one value`,
        command.name,
      );
    }
  }
}

/**
 * Refuses more than a command takes, and what it does not know.
 *
 * @throws {UsageError}
 */
export function checkPositionals(
  positionals: readonly string[],
  command: Command,
  commands: readonly Command[],
): void {
  const { most, choices } = command.positionals;
  const [first] = positionals;
  if (first !== undefined && command.name === "") {
    throw unknownCommand(first, commands);
  }
  const extra = positionals[most];
  if (extra !== undefined) {
    throw new UsageError(
      `Cannot use ${quote(extra)}: "${command.name}" takes ${
        most === 0 ? "no argument" : "one argument at most"
      }`,
      command.name,
    );
  }
  const wrong = choices &&
    positionals.find((positional) => !choices.includes(positional));
  if (choices && wrong !== undefined) {
    throw new UsageError(
      `Cannot use ${quote(wrong)}: expected one of ${choices.join(", ")}${
        didYouMean(wrong, choices)
      }`,
      command.name,
    );
  }
}

/** The error about a command that does not exist, or stands in a wrong place. */
export function unknownCommand(
  word: string,
  commands: readonly Command[],
): UsageError {
  const known = commands.map(({ name }) => name).filter((name) => name !== "");
  const detail = known.includes(word)
    ? ": a command comes before its options"
    : didYouMean(word, known);
  return new UsageError(`There is no command ${quote(word)}${detail}`);
}

/** The error about an option that does not exist; its value is left out. */
export function unknownOption(
  arg: string,
  { command, flags, valued }: Grammar,
): UsageError {
  const word = arg.replace(/=.*/s, "");
  const variable = Object.entries<Setting<unknown>>(SETTINGS).find(
    ([name]) =>
      !settingOption(name as SettingName) &&
      settingFlag(name as SettingName) === word,
  );
  if (variable) {
    const [name, { secret = false }] = variable;
    const reason = secret
      ? "every user of the machine can read a process's arguments"
      : "Deno itself reads it, too";
    return new UsageError(
      `Cannot use "${word}": ${reason}, set ${name} in the environment`,
      command.name,
    );
  }
  const known = [...flags, ...valued].flatMap(({ name, setting, value }) =>
    setting && value === undefined
      ? [`--${name}`, `--no-${name}`]
      : [`--${name}`]
  );
  return new UsageError(
    `There is no option ${quote(word)}${didYouMean(word, known)}`,
    command.name,
  );
}
