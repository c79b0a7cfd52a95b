import { COLLECTOR_VARIABLES } from "../telemetry/collector.ts";
import { FOREIGN_VARIABLES } from "./foreign_settings.ts";
import { VARIABLES } from "./settings.ts";

/**
 * What each way of running the worker may do, as Deno's flags. The tasks in
 * `deno.json` are these texts, which a test keeps in step.
 */

/** Where the engine's socket is, for the worker to be able to use it. */
export const SOCKET = "/var/run/docker.sock";
/** Where `TMPDIR` has to be, for the worker to be able to use it. */
export const TEMPORARY_DIRECTORY = "/tmp";
/** Where certificates and keys have to be, for the worker to be able to read them. */
export const CERTIFICATE_DIRECTORY = "/etc/quay-builder";

/** What a permission depends on, where it is not as by default. */
export interface PermissionOptions {
  /** Path of the engine's socket. Default `/var/run/docker.sock`. */
  readonly socket?: string;
  /** The setting `TMPDIR`. Default `/tmp`. */
  readonly temporaryDirectory?: string;
  /**
   * Directory of the certificates that settings name. Default: for builds from
   * git {@linkcode CERTIFICATE_DIRECTORY}, for packages alone none.
   */
  readonly certificates?: string;
}

/**
 * For builds of downloaded packages that fit into memory: the network, the
 * engine's socket (a socket takes reading and writing since Deno 2.9), and the
 * settings.
 */
export function packagePermissions(
  { socket = SOCKET, certificates }: PermissionOptions = {},
): string[] {
  const read = certificates === undefined ? [socket] : [socket, certificates];
  return [
    "--allow-net",
    `--allow-read=${read.join(",")}`,
    `--allow-write=${socket}`,
    `--allow-env=${VARIABLES.join(",")}`,
  ];
}

/**
 * For builds from git, too: running git, and the directory for checkouts and
 * for packages that do not fit into memory. `NODE_V8_COVERAGE` is what Deno's
 * Node layer (2.9) asks for before it starts any process.
 */
export function gitPermissions(
  {
    socket = SOCKET,
    temporaryDirectory = TEMPORARY_DIRECTORY,
    certificates = CERTIFICATE_DIRECTORY,
  }: PermissionOptions = {},
): string[] {
  return [
    "--allow-net",
    "--allow-run=git",
    `--allow-read=${socket},${temporaryDirectory},${certificates}`,
    `--allow-write=${socket},${temporaryDirectory}`,
    `--allow-env=${VARIABLES.join(",")},NODE_V8_COVERAGE`,
  ];
}

/**
 * Variables that only the command `build` asks for: where the docker CLI's
 * configuration is, a password, the kind of terminal, and what the package `ws`
 * (8.23) of its manager reads.
 */
const LOCAL_BUILD_VARIABLES = [
  "DOCKER_CONFIG",
  "HOME",
  "REGISTRY_PASSWORD",
  "TERM",
  "WS_NO_BUFFER_UTIL",
];

/** Variables about a worker that lives on, and not about one build. */
const UNNEEDED_VARIABLES: readonly string[] = [
  ...FOREIGN_VARIABLES,
  ...COLLECTOR_VARIABLES,
];

/**
 * For the command `build`, which reads whatever its command line names, writes
 * no more than a worker does, and has no business with a Build Manager's token.
 */
export function localBuildPermissions(
  options: PermissionOptions = {},
): string[] {
  const isNeeded = (variable: string) => !UNNEEDED_VARIABLES.includes(variable);
  return compiledPermissions(options).map((flag) => {
    if (flag.startsWith("--allow-read=")) return "--allow-read";
    const [, variables] = /^--allow-env=(.*)$/.exec(flag) ?? [];
    if (variables === undefined) return flag;
    return `--allow-env=${variables.split(",").filter(isNeeded).join(",")}`;
  });
}

/**
 * For a compiled program, which has the same permissions for all its commands:
 * those of a worker. `build` can read the standard input with them.
 */
export function compiledPermissions(
  options: PermissionOptions = {},
): string[] {
  return gitPermissions(options).map((flag) =>
    flag.startsWith("--allow-env=")
      ? [flag, ...LOCAL_BUILD_VARIABLES].join(",")
      : flag
  );
}

/**
 * For looking at everything: misspelt variables, any certificate, socket and
 * directory that the settings name, and the free space of disks.
 */
export function doctorPermissions(): string[] {
  return [
    "--allow-net",
    "--allow-run=git",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-sys=statfs",
  ];
}
