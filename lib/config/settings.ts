import { ENGINE_SETTINGS } from "./settings/engine.ts";
import { GIT_SETTINGS } from "./settings/git.ts";
import { LOG_SETTINGS } from "./settings/log.ts";
import { MANAGER_SETTINGS } from "./settings/manager.ts";
import { PACKAGE_SETTINGS } from "./settings/package.ts";
import type { SettingGroup } from "./settings/setting.ts";

export type { Setting, SettingGroup } from "./settings/setting.ts";

/** The settings under the titles that people look for them by. */
export const SETTING_GROUPS: Readonly<Record<string, SettingGroup>> = {
  "Build Manager": MANAGER_SETTINGS,
  "Docker Engine": ENGINE_SETTINGS,
  "Logs": LOG_SETTINGS,
  "Build packages": PACKAGE_SETTINGS,
  "Git": GIT_SETTINGS,
};

/**
 * Every setting of the worker, by the name of its environment variable. This
 * table is the only place that knows them: the worker's permissions, the
 * README and the messages about mistakes follow it.
 */
export const SETTINGS = {
  ...MANAGER_SETTINGS,
  ...ENGINE_SETTINGS,
  ...LOG_SETTINGS,
  ...PACKAGE_SETTINGS,
  ...GIT_SETTINGS,
} as const;

/** The name of a setting, which is that of its environment variable. */
export type SettingName = keyof typeof SETTINGS;

/** Every setting with its value; `undefined` where it is missing. */
export type Settings = {
  readonly [N in SettingName]:
    | ReturnType<(typeof SETTINGS)[N]["parse"]>
    | ((typeof SETTINGS)[N] extends { default: string } ? never : undefined);
};
