import type { ValueParser } from "../value.ts";

/** One setting, named by its environment variable. */
export interface Setting<T> {
  readonly parse: ValueParser<T>;
  /** What it does, for the help text and the README. */
  readonly help: string;
  readonly example: string;
  /** The text that stands for a missing or empty value. */
  readonly default?: string;
  /**
   * Whether its value is a secret. It is no flag then, since every user of the
   * machine can read a process's arguments. Default `false`.
   */
  readonly secret?: boolean;
  /**
   * Other variables with the same meaning, looked at where this one is missing.
   * Default: none.
   */
  readonly aliases?: readonly string[];
  /**
   * Whether Deno itself reads the variable, too. It is no flag then, since Deno
   * would not see it. Default `false`.
   */
  readonly isDenos?: boolean;
}

/** Settings that belong together, by the names of their variables. */
export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;
