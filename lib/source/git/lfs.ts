import { quote } from "../../text/quote.ts";
import { type Git, GitCommandError } from "./command.ts";

/** First bytes of a pointer (Git LFS specification, "The Pointer"). */
const POINTER_START = "version https://git-lfs.github.com/spec/v1\n";
/** A pointer is smaller than this many bytes (the same specification). */
const POINTER_LIMIT = 1024;
/** What `git lfs install` sets, without which git-lfs replaces nothing. */
const FILTERS = {
  "filter.lfs.clean": "git-lfs clean -- %f",
  "filter.lfs.smudge": "git-lfs smudge -- %f",
  "filter.lfs.process": "git-lfs filter-process",
  "filter.lfs.required": "true",
};
/** Pointers that a warning names. */
const MAX_NAMED = 5;

/**
 * Replaces the Git LFS pointers of a checkout by the files that they stand
 * for, where git-lfs is installed.
 *
 * @returns a warning for the build log when pointers are left
 */
export async function fetchLfsFiles(git: Git): Promise<string | undefined> {
  if ((await listPointers(git)).length === 0) return undefined;
  const problem = await pull(git);
  const left = await listPointers(git);
  if (left.length === 0) return undefined;
  const names = left.slice(0, MAX_NAMED).map((name) => quote(name)).join(", ");
  const more = left.length > MAX_NAMED
    ? ` and ${left.length - MAX_NAMED} more`
    : "";
  return `Git LFS pointers stand in place of files in this build: ${names}${more}: ${problem}`;
}

/** Fetches the files; says why not all of them came, should that be so. */
async function pull(git: Git): Promise<string> {
  try {
    await git.configured(FILTERS).run("lfs", "pull");
    return "git-lfs did not replace them";
  } catch (error) {
    if (!(error instanceof GitCommandError)) throw error;
    return /is not a git command/.test(error.output)
      ? "the operator of this worker must install git-lfs"
      : `git-lfs could not fetch them:\n${error.output}`;
  }
}

/** Files that .gitattributes give to LFS and that are still pointers. */
async function listPointers(git: Git): Promise<string[]> {
  const list = await git.run("ls-files", "-z", "--", ":(attr:filter=lfs)");
  const pointers: string[] = [];
  for (const name of list.split("\0")) {
    if (name !== "" && await isPointer(`${git.directory}/${name}`)) {
      pointers.push(name);
    }
  }
  return pointers;
}

async function isPointer(path: string): Promise<boolean> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size >= POINTER_LIMIT) return false;
    return (await Deno.readTextFile(path)).startsWith(POINTER_START);
  } catch (error) {
    // Deno finds no file whose name is not UTF-8.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
