import { type Config, loadConfig } from "../config/config.ts";
import { FOREIGN_VARIABLES } from "../config/foreign_settings.ts";
import type { SettingTexts } from "../config/settings.ts";

/** What a worker has of its own here, whatever is set. */
const FIXED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(FOREIGN_VARIABLES.map((name) => [name, ""])),
  // Where the manager in this process listens is known only when it does.
  ENDPOINT: "ws://127.0.0.1",
};

/** What the worker says of itself is not what a person builds for. */
const DEFAULTS: Readonly<Record<string, string>> = { LOG_LEVEL: "error" };

/**
 * The configuration of a worker for one build on this machine.
 *
 * @throws {ConfigError} naming every mistake at once
 */
export function loadLocalConfig(flags: SettingTexts): Config {
  const get = (name: string) =>
    FIXED[name] ?? (Deno.env.get(name) || DEFAULTS[name]);
  return loadConfig(get, { flags });
}
