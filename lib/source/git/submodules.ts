import { BuildFailure } from "../../build/failure.ts";
import { quote } from "../../text/quote.ts";
import type { Allowance } from "./allowance.ts";
import type { Git } from "./command.ts";
import { isUnexplained } from "./failure.ts";
import { isFile, removeIfThere } from "./_files.ts";

/**
 * Checks out the submodules of a checkout, and theirs. Each is fetched without
 * its history; where a server cannot do that, all of its level are fetched
 * whole.
 *
 * @returns their directories
 * @throws {AllowanceError} when they are too large
 * @throws {BuildFailure} `git_checkout` when one has a name that is not UTF-8
 * @throws {GitCommandError} when one of them cannot be had
 */
export async function updateSubmodules(
  git: Git,
  allowance: Allowance,
): Promise<string[]> {
  if (!await isFile(`${git.directory}/.gitmodules`)) return [];
  await fetchSubmodules(git.limited(allowance.fetchedBytes));
  const directories: string[] = [];
  for (const { path, commit } of await listSubmodules(git)) {
    const submodule = await openSubmodule(git, path);
    await allowance.takeCommit(submodule, commit);
    const detach = ["--progress", "--force", "--detach"];
    await submodule.run("checkout", ...detach, commit);
    directories.push(submodule.directory);
    directories.push(...await updateSubmodules(submodule, allowance));
  }
  return directories;
}

/** Fetches the submodules of one checkout, and writes none of their files. */
async function fetchSubmodules(git: Git): Promise<void> {
  await git.run("submodule", "init");
  const own = (await git.run("rev-parse", "--absolute-git-dir"))
    .replace(/\n$/, "");
  const file = `${own}/fetched-only`;
  await Deno.writeTextFile(file, await updatesByNothing(git));
  const fetching = git.configured({ "include.path": file });
  const update = ["submodule", "update", "--progress"];
  try {
    await fetching.run(...update, "--depth=1");
  } catch (error) {
    if (!isUnexplained(error)) throw error;
    await git.run("submodule", "deinit", "--all", "--force");
    await removeIfThere(`${own}/modules`);
    await git.run("submodule", "init");
    await fetching.run(...update);
  } finally {
    await removeIfThere(file);
  }
}

/**
 * A command that takes a commit and does nothing: for a shell, and as words of
 * a program and its arguments, as git up to 2.33 has it.
 */
export const NOTHING = "eval :";

/**
 * Git's settings that have it run nothing where it would check a submodule out;
 * what is not to be checked out at all is left out. It is text for a file,
 * because a name may hold what an argument cannot tell.
 */
async function updatesByNothing(git: Git): Promise<string> {
  const list = await git.run("config", "--local", "--list", "-z");
  const settings = new Map(
    list.split("\0").map((entry) => {
      const end = entry.indexOf("\n");
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
  return settings.keys()
    .map((key) => /^submodule\.(.*)\.url$/s.exec(key)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => settings.get(`submodule.${name}.update`) !== "none")
    .map(checkName)
    .map((name) => name.replace(/["\\]/g, "\\$&"))
    .map((name) => `[submodule "${name}"]\n\tupdate = "!${NOTHING}"\n`)
    .toArray().join("");
}

/**
 * A byte that is not UTF-8 is U+FFFD in what git prints here: another name than
 * git knows, which may be that of something else.
 */
function checkName(name: string): string {
  return name.includes("\ufffd") ? refuse(name, "its name is not UTF-8") : name;
}

function refuse(name: string, reason: string): never {
  throw new BuildFailure(
    "git_checkout",
    `Cannot check out the submodule ${quote(name)}: ${reason}`,
  );
}

/**
 * Goes into a submodule that git has fetched. Anybody's files can look like a
 * repository, whose settings are commands that git would run.
 */
async function openSubmodule(git: Git, path: string): Promise<Git> {
  const directory = `${git.directory}/${checkName(path)}`;
  const expected = `${await Deno.realPath(git.directory)}/${path}`;
  const isThere = await Deno.realPath(directory) === expected;
  if (!isThere || !await isFile(`${directory}/.git`)) {
    refuse(path, "something else is in its place");
  }
  return git.in(directory);
}

/** A submodule that was fetched. */
interface Submodule {
  /** From the top of its checkout. */
  readonly path: string;
  readonly commit: string;
}

async function listSubmodules(git: Git): Promise<Submodule[]> {
  const print = String.raw`printf '%s\0%s\0' "$sha1" "$sm_path"`;
  const list = await git.run("submodule", "foreach", "--quiet", print);
  return Array.from(
    list.matchAll(/([^\0]*)\0([^\0]*)\0/g),
    ([, commit = "", path = ""]) => ({ commit, path }),
  );
}
