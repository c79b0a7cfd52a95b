import type { Config } from "./config.ts";
import { ConfigError, type Mistake } from "./config_error.ts";
import { isGranted } from "./is_granted.ts";
import { neededPermissions } from "./needed_permissions.ts";
import { settingSource } from "./setting_flag.ts";

/**
 * Makes sure that Deno lets the worker reach what its configuration names.
 * Nothing gives it a permission later, so there is no use in trying again.
 *
 * @throws {ConfigError} naming every permission that is missing
 */
export async function checkPermissions(config: Config): Promise<void> {
  const takesGit = await isGranted({ name: "run", command: "git" });
  const mistakes: Mistake[] = [];
  for (const needed of neededPermissions(config)) {
    const { setting, permission, use, expected } = needed;
    // A worker for packages alone does without files: those stay in memory.
    if (setting === "TMPDIR" && !takesGit) continue;
    if (await isGranted(permission)) continue;
    const problem = `Deno may not ${use}, expected ${expected}`;
    const source = settingSource(setting, config.flags);
    mistakes.push({ setting, source, problem });
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}
