import type { ValueParser } from "../value.ts";

/** One setting, named by its environment variable. */
export interface Setting<T> {
  readonly parse: ValueParser<T>;
  /** What it does, for the help text and the README. */
  readonly help: string;
  readonly example: string;
  /** The text that stands for a missing or empty value. */
  readonly default?: string;
}

/** Settings that belong together, by the names of their variables. */
export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;
