import type { SettingName, SettingTexts } from "./settings.ts";

/** How a setting is called on the command line: `--docker-host`. */
export function settingFlag(name: SettingName): string {
  return `--${name.toLowerCase().replaceAll("_", "-")}`;
}

/** Where a setting was written: the flag, or else the environment variable. */
export function settingSource(name: SettingName, flags: SettingTexts): string {
  return flags[name] === undefined ? name : settingFlag(name);
}
