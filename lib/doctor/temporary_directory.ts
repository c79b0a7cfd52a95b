import { format as formatBytes } from "@std/fmt/bytes";
import { statfs } from "node:fs/promises";
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
    const written = await tryToWrite(directory);
    yield written;
    if (written.verdict === "ok") yield await freeSpace(directory, limit);
  },
};

async function tryToWrite(directory: string): Promise<Finding> {
  try {
    const file = await Deno.makeTempFile({ dir: directory });
    await Deno.remove(file);
    return ok(`${directory} can be written`);
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
