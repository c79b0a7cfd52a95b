import type { EngineAddress } from "../engine/address.ts";
import { type ConfigReading, managerSetting } from "./config.ts";
import { isGrantedBy } from "./is_granted_by.ts";
import { gitPermissions, SOCKET, TEMPORARY_DIRECTORY } from "./permissions.ts";
import type { SettingName } from "./settings.ts";

/** A permission that no worker can do without, and the setting that it is for. */
export interface NeededPermission {
  readonly setting: SettingName;
  readonly permission: Deno.PermissionDescriptor;
  /** What the worker does with it, as it reads after "may not". */
  readonly use: string;
  /** What gives it to the worker, as it reads after "expected". */
  readonly expected: string;
}

const TEMPORARY_PLACE = `${TEMPORARY_DIRECTORY} or a directory in it`;

/**
 * What a worker has to be permitted for what its configuration names, as far as
 * that is known. Certificates are left out: reading them tells.
 */
export function neededPermissions(
  { endpoint, engine, settings, flags }: Pick<
    ConfigReading,
    "endpoint" | "engine" | "settings" | "flags"
  >,
): NeededPermission[] {
  const manager = managerSetting(settings, flags);
  return [
    ...endpoint ? [connecting(manager, hostOf(endpoint))] : [],
    ...engine ? neededForEngine(engine) : [],
    ...settings.TMPDIR ? using("TMPDIR", settings.TMPDIR, TEMPORARY_PLACE) : [],
  ];
}

function neededForEngine(engine: EngineAddress): NeededPermission[] {
  switch (engine.kind) {
    case "tcp":
      return [connecting("DOCKER_HOST", `${engine.hostname}:${engine.port}`)];
    case "unix":
      return using("DOCKER_HOST", engine.path, SOCKET);
  }
}

/** @param usual where the worker is usually permitted to do so */
function using(
  setting: SettingName,
  path: string,
  usual: string,
): NeededPermission[] {
  return (["read", "write"] as const).map((name) => {
    const permission = { name, path };
    const flag = `--allow-${name}=${path}`;
    return {
      setting,
      permission,
      use: `${name} "${path}"`,
      expected: isGrantedBy(gitPermissions(), permission)
        ? startWith(flag)
        : `${usual}, or a start with ${flag}`,
    };
  });
}

function connecting(setting: SettingName, host: string): NeededPermission {
  return {
    setting,
    permission: { name: "net", host },
    use: `connect to "${host}"`,
    expected: startWith("--allow-net"),
  };
}

function startWith(flag: string): string {
  return `a start by \`deno task start\` or with ${flag}`;
}

function hostOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === "wss:" ? 443 : 80)}`;
}
