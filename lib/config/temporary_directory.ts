import { NEW_PREFIX } from "../files/owned_directory.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config_error.ts";
import { isGranted } from "./is_granted.ts";
import { settingSource } from "./setting_flag.ts";
import { SETTINGS } from "./settings.ts";

/**
 * Makes sure that large packages and checkouts can be put where `TMPDIR` says,
 * and makes that directory where it is missing. A worker for packages alone,
 * which may not write there, does without, and so does one in a container that
 * has none: of the default, only builds that need it say that it is missing.
 *
 * @throws {ConfigError} saying why nothing can be written there
 */
export async function prepareTemporaryDirectory(
  { settings: { TMPDIR: path }, flags }: Pick<Config, "settings" | "flags">,
): Promise<void> {
  for (const name of ["read", "write"] as const) {
    if (!await isGranted({ name, path })) return;
  }
  try {
    // What is in it is none of other users' business.
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    await tryToWrite(path);
  } catch (error) {
    if (isFull(error) || path === SETTINGS.TMPDIR.default) return;
    const detail = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{
      setting: "TMPDIR",
      source: settingSource("TMPDIR", flags),
      problem:
        `nothing can be written to "${path}": ${detail}, expected a directory that the worker's user may write to`,
    }]);
  }
}

/**
 * Makes a file in a directory, and removes it: modes do not tell of file
 * systems that are read-only.
 *
 * @throws errors of the file system, and without Deno's permission
 */
export async function tryToWrite(directory: string): Promise<void> {
  // The prefix is that of what a later start removes, should this one crash.
  const options = { dir: directory, prefix: NEW_PREFIX };
  await Deno.remove(await Deno.makeTempFile(options));
}

/** That passes: the worker is about to remove what others left there. */
function isFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ENOSPC" || code === "EDQUOT";
}
