import { type Config, loadConfig } from "../config/config.ts";
import type { MANAGER_VARIABLES } from "../config/permissions.ts";
import type { SettingTexts } from "../config/settings.ts";

/** The settings of a manager that is in this process, whatever is set. */
const EMBEDDED_MANAGER: Readonly<
  Record<(typeof MANAGER_VARIABLES)[number], string>
> = {
  // Where it listens is known only when it does.
  ENDPOINT: "ws://127.0.0.1",
  SERVER: "",
  REALM: "",
  TOKEN: "",
  TLS_CERT_PATH: "",
  TLS_KEY_PATH: "",
};

/** What the worker says of itself is not what a person builds for. */
const DEFAULTS: Readonly<Record<string, string>> = { LOG_LEVEL: "error" };

/**
 * The configuration of a worker for one build on this machine.
 *
 * @throws {ConfigError} naming every mistake at once
 */
export function loadLocalConfig(flags: SettingTexts): Config {
  const fixed: Readonly<Record<string, string>> = EMBEDDED_MANAGER;
  const get = (name: string) =>
    fixed[name] ?? (Deno.env.get(name) || DEFAULTS[name]);
  return loadConfig(get, { flags });
}
