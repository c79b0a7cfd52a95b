import { format as formatBytes } from "@std/fmt/bytes";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { tryToWrite } from "../config/temporary_directory.ts";
import {
  type Check,
  type Finding,
  notPermitted,
  ok,
  unchecked,
  warning,
  wrong,
} from "./check.ts";

/** Whether packages and checkouts can be put where the settings say. */
export const TEMPORARY_DIRECTORY: Check = {
  name: "temporary directory",
  async *look({ config: { settings } }) {
    const { TMPDIR: directory, PACKAGE_LIMIT: limit = 0 } = settings;
    if (directory === undefined) {
      yield unchecked("it is not known", "See the configuration");
      return;
    }
    const parent = await nearestParent(directory);
    const written = await writing(directory, parent);
    yield written;
    if (written.verdict === "ok") yield await freeSpace(parent, limit);
  },
};

/** What there is of a directory: a worker makes the rest at its start. */
async function nearestParent(directory: string): Promise<string> {
  for (let path = resolve(directory);; path = dirname(path)) {
    try {
      await Deno.lstat(path);
      return path;
    } catch (error) {
      // Others say the same once more where it is written to.
      if (!(error instanceof Deno.errors.NotFound)) return path;
    }
  }
}

async function writing(directory: string, parent: string): Promise<Finding> {
  try {
    await tryToWrite(parent);
    return ok(
      parent === resolve(directory)
        ? `${directory} can be written`
        : `${directory} is not there: a worker makes it in ${parent}`,
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      return notPermitted(directory, `--allow-write=${directory}`);
    }
    return wrong(
      `${directory} cannot be written: ${
        error instanceof Error ? error.message : String(error)
      }`,
      "Make it, give it to the worker's user, or set TMPDIR to another one",
    );
  }
}

async function freeSpace(directory: string, limit: number): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(directory);
    const free = bavail * bsize;
    return free >= limit
      ? ok(`${formatBytes(free, { binary: true })} are free there`)
      : warning(
        `${
          formatBytes(free, { binary: true })
        } are free there, and a package may have ${
          formatBytes(limit, { binary: true })
        }`,
        "Make room, set TMPDIR to a larger file system, or PACKAGE_LIMIT lower",
      );
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return notPermitted("its free space", "--allow-sys=statfs");
  }
}
