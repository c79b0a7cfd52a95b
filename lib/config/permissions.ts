import { SETTINGS } from "./settings.ts";

/**
 * What each way of running the worker may do, as Deno's flags. The tasks in
 * `deno.json` are these texts, which a test keeps in step.
 */

const SOCKET = "/var/run/docker.sock";
const TEMPORARY_DIRECTORY = "/tmp";

/** What a permission depends on, where it is not as by default. */
export interface PermissionOptions {
  /** Path of the engine's socket. Default `/var/run/docker.sock`. */
  readonly socket?: string;
  /** The setting `TMPDIR`. Default `/tmp`. */
  readonly temporaryDirectory?: string;
}

/**
 * For builds of downloaded packages that fit into memory: the network, the
 * engine's socket (a socket takes reading and writing since Deno 2.9), and the
 * settings.
 */
export function packagePermissions(
  { socket = SOCKET }: PermissionOptions = {},
): string[] {
  return [
    "--allow-net",
    `--allow-read=${socket}`,
    `--allow-write=${socket}`,
    `--allow-env=${Object.keys(SETTINGS).join(",")}`,
  ];
}

/**
 * For builds from git, too: running git, and the directory for checkouts and
 * for packages that do not fit into memory. `NODE_V8_COVERAGE` is what Deno's
 * Node layer (2.9) asks for before it starts any process.
 */
export function gitPermissions(
  { socket = SOCKET, temporaryDirectory = TEMPORARY_DIRECTORY }:
    PermissionOptions = {},
): string[] {
  return [
    "--allow-net",
    "--allow-run=git",
    `--allow-read=${socket},${temporaryDirectory}`,
    `--allow-write=${socket},${temporaryDirectory}`,
    `--allow-env=${Object.keys(SETTINGS).join(",")},NODE_V8_COVERAGE`,
  ];
}
