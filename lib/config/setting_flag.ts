import type { SettingName } from "./settings.ts";

/** How a setting is called on the command line: `--docker-host`. */
export function settingFlag(name: SettingName): string {
  return `--${name.toLowerCase().replaceAll("_", "-")}`;
}
