import {
  type Setting,
  SETTING_GROUPS,
  type SettingGroupTitle,
} from "../config/settings.ts";

/**
 * Settings of a worker that lives on, and of its Build Manager, which one build
 * on this machine takes none of.
 */
export const FOREIGN_GROUPS: readonly SettingGroupTitle[] = [
  "Build Manager",
  "Worker",
  "Telemetry",
];

/** The environment variables of {@linkcode FOREIGN_GROUPS}. */
export const FOREIGN_VARIABLES: readonly string[] = FOREIGN_GROUPS.flatMap(
  (title) =>
    Object.entries<Setting<unknown>>(SETTING_GROUPS[title])
      .flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
);
