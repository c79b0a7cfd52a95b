import {
  type Setting,
  SETTING_GROUPS,
  type SettingGroupTitle,
  type SettingName,
  SETTINGS,
} from "../config/settings.ts";
import { wrap } from "../text/wrap.ts";
import { type Command, PROGRAM } from "./command.ts";
import {
  type CommandLineOption,
  ownOptions,
  settingOption,
} from "./options.ts";

/** Options of {@linkcode helpText}. */
export interface HelpTextOptions {
  /** Columns of the text. Default 80. */
  readonly width?: number;
}

/** Columns before what explains an option. */
const INDENT = 6;

const ABOUT_SETTINGS =
  "Every setting is a flag and an environment variable; the flag wins. Those without a flag are secrets, which every user of the machine could read among a process's arguments, or are read by Deno itself, too. Sizes are bytes, or KiB, MiB, GiB; durations are ms, s, m, h.";

/** The help text of a command; that of the worker names the others, too. */
export function helpText(
  command: Command,
  commands: readonly Command[],
  { width = 80 }: HelpTextOptions = {},
): string {
  const paragraph = (text: string) => wrap(text, { width });
  const list = (title: string, entries: readonly Entry[]) =>
    `${title}:\n${
      entries.map(({ term, text }) =>
        `  ${term}\n${wrap(text, { width, indent: INDENT })}`
      ).join("\n")
    }`;
  const { name, summary, usage, description, settings } = command;
  const sections = [
    paragraph(`${summary}.`),
    paragraph(
      ["Usage:", PROGRAM, name, usage].filter((word) => word !== "").join(" "),
    ),
    ...description ? description.split("\n\n").map(paragraph) : [],
    ...name === "" ? [`Commands:\n${commandTable(commands, width)}`] : [],
    list("Options", ownOptions(command).map(optionEntry)),
    ...settings.length > 0 ? [paragraph(ABOUT_SETTINGS)] : [],
    ...settings.map((title) => list(title, settingEntries(title))),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** What is explained, and how. */
interface Entry {
  readonly term: string;
  readonly text: string;
}

function commandTable(commands: readonly Command[], width: number): string {
  const named = commands.filter(({ name }) => name !== "");
  const indent = Math.max(...named.map(({ name }) => name.length)) + 4;
  return named.map(({ name, summary }) =>
    `  ${name}`.padEnd(indent) + wrap(summary, { width, indent }).trimStart()
  ).join("\n");
}

function optionEntry(option: CommandLineOption): Entry {
  return { term: synopsis(option), text: `${option.help}.` };
}

function settingEntries(title: SettingGroupTitle): Entry[] {
  return Object.keys(SETTING_GROUPS[title]).map((key) => {
    const name = key as SettingName;
    const setting: Setting<unknown> = SETTINGS[name];
    const option = settingOption(name);
    return {
      term: option ? synopsis(option) : `${name}, in the environment alone`,
      text: settingText(name, setting, option !== undefined),
    };
  });
}

function settingText(
  name: SettingName,
  { help, default: fallback, example }: Setting<unknown>,
  hasFlag: boolean,
): string {
  return [
    `${help.replaceAll("`", "")}.`,
    fallback === undefined ? "" : `Default: ${fallback}.`,
    fallback === example ? "" : `Example: ${example}.`,
    hasFlag ? `[${name}]` : "",
  ].filter((part) => part !== "").join(" ");
}

function synopsis({ name, letter, value, setting }: CommandLineOption): string {
  const short = letter === undefined ? "" : `-${letter}, `;
  const negated = setting && value === undefined ? `, --no-${name}` : "";
  return `${short}--${name}${value === undefined ? "" : `=${value}`}${negated}`;
}
