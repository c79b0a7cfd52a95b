import type { SettingGroupTitle, SettingTexts } from "../config/settings.ts";

/** What the program is called by. */
export const PROGRAM = "quay-builder";

/** One option of a command, besides the settings. */
export interface Option {
  /** Its long name without dashes: `json`. */
  readonly name: string;
  /** Its letter: `t` for `-t`. */
  readonly letter?: string;
  /** What its value is called in the help text. Without one, it is a flag. */
  readonly value?: string;
  /** Whether it may be given more than once. Default `false`. */
  readonly repeats?: boolean;
  /** What it does, for the help text and shells. */
  readonly help: string;
}

/** What a command takes besides options. */
export interface Positionals {
  /** How many there may be. */
  readonly most: 0 | 1;
  /** Every value there is; without them, they are files. */
  readonly choices?: readonly string[];
}

/** What a command was called with, checked against what it takes. */
export interface ParsedArgs {
  readonly positionals: readonly string[];
  /** Names of the flags that were given. */
  readonly flags: ReadonlySet<string>;
  /** Values of the other options, by their names, in their order. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Settings that were given as flags, as they were written. */
  readonly settings: SettingTexts;
}

/** One thing that the program can do. */
export interface Command {
  /** What it is called by; `""` for what the program does by itself. */
  readonly name: string;
  /** One line without a period. */
  readonly summary: string;
  /** What may follow the name: `[PATH|URL] -t REF…`. */
  readonly usage: string;
  /** More than the summary, for its own help text: paragraphs. */
  readonly description?: string;
  readonly options: readonly Option[];
  readonly positionals: Positionals;
  /** The settings that it takes as flags, by the titles of their groups. */
  readonly settings: readonly SettingGroupTitle[];
  /**
   * Does it, and returns the process's exit code. What it takes is imported
   * only now, so that one command does not wait for the packages of another.
   */
  run(args: ParsedArgs): Promise<number>;
}
