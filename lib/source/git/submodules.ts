import type { Git } from "./command.ts";
import { isUnexplained } from "./failure.ts";
import { isFile, removeIfThere } from "./_files.ts";

/**
 * Checks out the submodules of a checkout, and theirs. Each is fetched without
 * its history; where a server cannot do that, all are fetched whole.
 *
 * @returns their directories
 * @throws {GitCommandError} when one of them cannot be had
 */
export async function updateSubmodules(git: Git): Promise<string[]> {
  if (!await isFile(`${git.directory}/.gitmodules`)) return [];
  const update = ["submodule", "update", "--init", "--recursive", "--progress"];
  try {
    await git.run(...update, "--depth=1");
  } catch (error) {
    if (!isUnexplained(error)) throw error;
    await git.run("submodule", "deinit", "--all", "--force");
    await removeIfThere(`${git.directory}/.git/modules`);
    await git.run(...update);
  }
  return await listSubmodules(git);
}

async function listSubmodules(git: Git): Promise<string[]> {
  const print = String.raw`printf '%s\0' "$displaypath"`;
  const list = await git.run(
    "submodule",
    "foreach",
    "--quiet",
    "--recursive",
    print,
  );
  return list.split("\0").filter((path) => path !== "")
    .map((path) => `${git.directory}/${path}`);
}
