import type { EngineAddress } from "../engine/address.ts";
import { type ConfigReading, managerSetting } from "./config.ts";
import { isGrantedBy } from "./is_granted_by.ts";
import {
  CERTIFICATE_DIRECTORY,
  gitPermissions,
  SOCKET,
  TEMPORARY_DIRECTORY,
} from "./permissions.ts";
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

const CERTIFICATE_PLACE = `it in ${CERTIFICATE_DIRECTORY}`;
const TEMPORARY_PLACE = `${TEMPORARY_DIRECTORY} or a directory in it`;

/**
 * What a worker has to be permitted for what its configuration names, as far as
 * that is known; {@linkcode certificatePermissions} come on top.
 */
export function neededPermissions(
  { endpoint, engine, settings, flags }: Pick<
    ConfigReading,
    "endpoint" | "engine" | "settings" | "flags"
  >,
): NeededPermission[] {
  const { TMPDIR: path } = settings;
  const manager = managerSetting(settings, flags);
  return [
    ...endpoint ? [connecting(manager, hostOf(endpoint))] : [],
    ...engine ? neededForEngine(engine) : [],
    ...path ? using({ setting: "TMPDIR", path, place: TEMPORARY_PLACE }) : [],
  ];
}

function neededForEngine(engine: EngineAddress): NeededPermission[] {
  switch (engine.kind) {
    case "tcp":
      return [connecting("DOCKER_HOST", `${engine.hostname}:${engine.port}`)];
    case "unix":
      return using({
        setting: "DOCKER_HOST",
        path: engine.path,
        place: SOCKET,
      });
  }
}

/**
 * What a worker has to be permitted for the certificates that settings name. It
 * need not look at these itself: reading them tells, together with all else
 * that is wrong with them.
 */
export function certificatePermissions(
  { engine, settings }: Pick<ConfigReading, "engine" | "settings">,
): NeededPermission[] {
  const { TLS_CA_PATH, TLS_CERT_PATH, TLS_KEY_PATH } = settings;
  const isSecure = engine?.kind === "tcp" && engine.secure;
  const DOCKER_CERT_PATH = isSecure ? settings.DOCKER_CERT_PATH : undefined;
  const paths = { TLS_CA_PATH, TLS_CERT_PATH, TLS_KEY_PATH, DOCKER_CERT_PATH };
  return Object.entries(paths).flatMap(([setting, path]) =>
    path === undefined ? [] : [accessing("read", {
      setting: setting as SettingName,
      path,
      place: CERTIFICATE_PLACE,
    })]
  );
}

function using(file: NeededFile): NeededPermission[] {
  return [accessing("read", file), accessing("write", file)];
}

/** A file that a worker uses. */
interface NeededFile {
  readonly setting: SettingName;
  readonly path: string;
  /** Where the worker is permitted to use such a one, as a rule. */
  readonly place: string;
}

function accessing(
  name: "read" | "write",
  { setting, path, place }: NeededFile,
): NeededPermission {
  const permission = { name, path };
  const flag = `--allow-${name}=${path}`;
  return {
    setting,
    permission,
    use: `${name} "${path}"`,
    expected: isGrantedBy(gitPermissions(), permission)
      ? startWith(flag)
      : `${place}, or a start with ${flag}`,
  };
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
