import type { Mistake } from "./config_error.ts";
import { settingSource } from "./setting_flag.ts";
import type { SettingName, SettingTexts } from "./settings.ts";

/** Gathers what is wrong with settings, so that all of it is told at once. */
export class MistakeCollector {
  readonly #flags: SettingTexts;
  readonly #mistakes: Mistake[] = [];

  /** @param flags the settings that the command line gives, and not a variable */
  constructor(flags: SettingTexts) {
    this.#flags = flags;
  }

  /** Everything so far, in the order in which it was found. */
  get mistakes(): readonly Mistake[] {
    return this.#mistakes;
  }

  /** Whether something is wrong with a setting. */
  has(setting: SettingName): boolean {
    return this.#mistakes.some((mistake) => mistake.setting === setting);
  }

  /** @param problem what is wrong, and what was expected */
  add(setting: SettingName, problem: string): void {
    const source = settingSource(setting, this.#flags);
    this.#mistakes.push({ setting, source, problem });
  }

  /** Takes the message of an error for what is wrong with a setting. */
  attempt<T>(setting: SettingName, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.add(setting, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}
