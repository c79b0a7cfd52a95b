import { settingFlag } from "../config/setting_flag.ts";
import {
  type Setting,
  SETTING_GROUPS,
  type SettingName,
  SETTINGS,
} from "../config/settings.ts";
import { flag } from "../config/value.ts";
import type { Command } from "./command.ts";

/** An option as the command line has it: one of a command, or a setting. */
export interface CommandLineOption {
  /** Without dashes: `docker-host`. */
  readonly name: string;
  readonly letter?: string | undefined;
  /** What its value is called. Without one, it is a flag. */
  readonly value?: string | undefined;
  /** Every value there is, where they are few. */
  readonly choices: readonly string[];
  readonly repeats: boolean;
  readonly help: string;
  /** The setting that it gives. A flag of a setting has a `--no-…`. */
  readonly setting?: SettingName;
}

/** What every command takes. */
const COMMON: readonly CommandLineOption[] = [
  {
    name: "help",
    letter: "h",
    choices: [],
    repeats: false,
    help: "Print this help",
  },
  {
    name: "version",
    letter: "V",
    choices: [],
    repeats: false,
    help: "Print the versions of this program and of Deno",
  },
];

/** The options of a command alone. */
export function ownOptions(command: Command): CommandLineOption[] {
  return [
    ...command.options.map((option) => ({
      choices: [],
      repeats: false,
      ...option,
    })),
    ...COMMON,
  ];
}

/** Everything that a command takes. */
export function allOptions(command: Command): CommandLineOption[] {
  const settings = command.settings.flatMap((title) =>
    Object.keys(SETTING_GROUPS[title]).map((name) =>
      settingOption(name as SettingName)
    )
  );
  return [
    ...ownOptions(command),
    ...settings.filter((option) => option !== undefined),
  ];
}

/**
 * A setting as a flag. `undefined` where others could read a secret there, and
 * for what Deno reads from the environment itself.
 */
export function settingOption(
  name: SettingName,
): CommandLineOption | undefined {
  const { parse, help, secret, isDenos }: Setting<unknown> = SETTINGS[name];
  if (secret || isDenos) return undefined;
  const choices = parse.choices ?? [];
  return {
    name: settingFlag(name).slice(2),
    value: parse === flag ? undefined : choices.join("|") || "VALUE",
    choices,
    repeats: false,
    help,
    setting: name,
  };
}
