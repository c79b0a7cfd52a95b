import { PLACEHOLDER } from "../secret/secret.ts";
import type { MistakeCollector } from "./_mistake_collector.ts";
import {
  type Setting,
  type SettingName,
  SETTINGS,
  type Settings,
  type SettingTexts,
} from "./settings.ts";

/** Gives the value of an environment variable, if it is set; may throw. */
export type GetVariable = (name: string) => string | undefined;

/** Options of {@linkcode readSettings}. */
export interface ReadSettingsOptions {
  /** Settings of the command line, which win over the environment. */
  readonly flags: SettingTexts;
  /** Told of those that cannot be used, which are `undefined` then. */
  readonly collector: MistakeCollector;
}

/** Reads every setting by itself. */
export function readSettings(
  get: GetVariable,
  { flags, collector }: ReadSettingsOptions,
): Settings {
  return Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([key, setting]) => {
      const name = key as SettingName;
      const value = collector.attempt(name, () => {
        const text = textOf(
          name,
          setting,
          (variable) => flags[name] ?? get(variable),
        );
        return text === undefined ? undefined : parse(text, setting);
      });
      return [name, value];
    }),
  ) as Settings;
}

function parse(text: string, { parse, secret }: Setting<unknown>): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const shown = secret ? PLACEHOLDER : withoutPassword(text);
    const expected = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot use "${shown}", expected ${expected}`, { cause });
  }
}

/** A setting as it is written, or else its default. */
function textOf(
  name: string,
  { aliases = [], default: fallback }: Setting<unknown>,
  get: GetVariable,
): string | undefined {
  for (const variable of [name, ...aliases]) {
    const text = get(variable)?.trim();
    if (text) return text;
  }
  return fallback;
}

/** A mistyped address may still hold a password. */
function withoutPassword(text: string): string {
  // A slash in the password, or a missing one, would deceive any grammar.
  return text.replace(/^([a-z]+:\/*)?.*@/is, "$1…@");
}
