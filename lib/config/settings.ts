import { COLLECTOR_VARIABLES } from "../telemetry/collector.ts";
import { BUILD_SETTINGS } from "./settings/build.ts";
import { ENGINE_SETTINGS } from "./settings/engine.ts";
import { GIT_SETTINGS } from "./settings/git.ts";
import { LOG_SETTINGS } from "./settings/log.ts";
import { MANAGER_SETTINGS } from "./settings/manager.ts";
import { PACKAGE_SETTINGS } from "./settings/package.ts";
import type { Setting, SettingGroup } from "./settings/setting.ts";
import { TELEMETRY_SETTINGS } from "./settings/telemetry.ts";
import { TLS_SETTINGS } from "./settings/tls.ts";
import { WORKER_SETTINGS } from "./settings/worker.ts";

export type { Setting, SettingGroup } from "./settings/setting.ts";

/** The settings under the titles that people look for them by. */
export const SETTING_GROUPS = {
  "Build Manager": MANAGER_SETTINGS,
  "Worker": WORKER_SETTINGS,
  "Docker Engine": ENGINE_SETTINGS,
  "Builds": BUILD_SETTINGS,
  "Logs": LOG_SETTINGS,
  "Telemetry": TELEMETRY_SETTINGS,
  "Build packages": PACKAGE_SETTINGS,
  "Git": GIT_SETTINGS,
  "TLS and proxies": TLS_SETTINGS,
} as const satisfies Readonly<Record<string, SettingGroup>>;

/** The title of a group of settings. */
export type SettingGroupTitle = keyof typeof SETTING_GROUPS;

/** The titles, in the order in which people read them. */
export const SETTING_GROUP_TITLES = Object.keys(
  SETTING_GROUPS,
) as readonly SettingGroupTitle[];

/**
 * Every setting of the worker, by the name of its environment variable. This
 * table is the only place that knows them: the worker's permissions, the
 * README and the messages about mistakes follow it.
 */
export const SETTINGS = {
  ...MANAGER_SETTINGS,
  ...WORKER_SETTINGS,
  ...ENGINE_SETTINGS,
  ...BUILD_SETTINGS,
  ...LOG_SETTINGS,
  ...TELEMETRY_SETTINGS,
  ...PACKAGE_SETTINGS,
  ...GIT_SETTINGS,
  ...TLS_SETTINGS,
} as const;

/** The name of a setting, which is that of its environment variable. */
export type SettingName = keyof typeof SETTINGS;

/** Settings as people write them, where they do. */
export type SettingTexts = Readonly<Partial<Record<SettingName, string>>>;

/** Every setting with its value; `undefined` where it is missing. */
export type Settings = {
  readonly [N in SettingName]:
    | ReturnType<(typeof SETTINGS)[N]["parse"]>
    | ((typeof SETTINGS)[N] extends { default: string } ? never : undefined);
};

/**
 * What tells Deno whom to trust (Deno 2.9). The worker looks at it where it is
 * to trust nobody else.
 */
export const TRUST_VARIABLES = [
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "DENO_CERT",
] as const;

/** The environment variables that the worker reads, and no others. */
export const VARIABLES: readonly string[] = [
  ...Object.entries<Setting<unknown>>(SETTINGS)
    .flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
  ...TRUST_VARIABLES,
  ...COLLECTOR_VARIABLES,
];
