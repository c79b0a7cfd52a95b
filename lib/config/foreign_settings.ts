import {
  type Setting,
  SETTING_GROUPS,
  type SettingGroupTitle,
} from "./settings.ts";

/**
 * Settings of a worker that lives on, and of its Build Manager, which one build
 * on this machine takes none of.
 */
export const FOREIGN_GROUPS: readonly SettingGroupTitle[] = [
  "Build Manager",
  "Worker",
  "Telemetry",
];

/**
 * The environment variables of {@linkcode FOREIGN_GROUPS}, and those of the
 * certificate that a Build Manager is shown.
 */
export const FOREIGN_VARIABLES: readonly string[] = [
  ...FOREIGN_GROUPS.flatMap((title) =>
    Object.entries<Setting<unknown>>(SETTING_GROUPS[title])
      .flatMap(([name, { aliases = [] }]) => [name, ...aliases])
  ),
  "TLS_CERT_PATH",
  "TLS_KEY_PATH",
];
