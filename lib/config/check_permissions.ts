import type { EngineAddress } from "../engine/address.ts";
import { type Config, managerSetting } from "./config.ts";
import { ConfigError, type Mistake } from "./config_error.ts";
import { settingSource } from "./setting_flag.ts";
import type { SettingName } from "./settings.ts";

/** A permission that no worker can do without, and the setting that it is for. */
interface NeededPermission {
  readonly setting: SettingName;
  readonly permission: Deno.PermissionDescriptor;
  /** What the worker does with it, as it reads after "may not". */
  readonly use: string;
  /** What gives it to the worker. */
  readonly flag: string;
}

/**
 * Makes sure that Deno lets the worker reach what its configuration names.
 * Nothing gives it a permission later, so there is no use in trying again.
 *
 * @throws {ConfigError} naming every permission that is missing
 */
export async function checkPermissions(
  { endpoint, engine, settings, flags }: Config,
): Promise<void> {
  const needed = [
    connecting(managerSetting(settings, flags), hostOf(endpoint)),
    ...neededFor(engine),
  ];
  const mistakes: Mistake[] = [];
  for (const { setting, permission, use, flag } of needed) {
    const { state } = await Deno.permissions.query(permission);
    if (state === "granted") continue;
    const problem =
      `Deno may not ${use}, expected a start by \`deno task start\` or with ${flag}`;
    const source = settingSource(setting, flags);
    mistakes.push({ setting, source, problem });
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}

function neededFor(engine: EngineAddress): NeededPermission[] {
  switch (engine.kind) {
    case "tcp":
      return [connecting("DOCKER_HOST", `${engine.hostname}:${engine.port}`)];
    case "unix":
      return (["read", "write"] as const).map((name) => ({
        setting: "DOCKER_HOST",
        permission: { name, path: engine.path },
        use: `${name} "${engine.path}"`,
        flag: `--allow-${name}=${engine.path}`,
      }));
  }
}

function connecting(setting: SettingName, host: string): NeededPermission {
  return {
    setting,
    permission: { name: "net", host },
    use: `connect to "${host}"`,
    flag: "--allow-net",
  };
}

function hostOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === "wss:" ? 443 : 80)}`;
}
