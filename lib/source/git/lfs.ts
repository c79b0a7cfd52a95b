import { quote } from "../../text/quote.ts";
import { type Allowance, tooMuch } from "./allowance.ts";
import { type Git, GitCommandError } from "./command.ts";
import {
  POINTER_LIMIT,
  POINTER_VERSION,
  takeLfsFiles,
} from "./lfs_pointers.ts";

/** First line of a pointer as git-lfs writes it, now or before. */
const POINTER_START = new RegExp(`^${POINTER_VERSION}\n`);
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
 * @throws {AllowanceError} when the files are too large
 */
export async function fetchLfsFiles(
  git: Git,
  allowance: Allowance,
): Promise<string | undefined> {
  if ((await listPointers(git)).length === 0) return undefined;
  await takeLfsFiles(git, allowance);
  const problem = await pull(git.limited(allowance.fileBytes));
  const left = await listPointers(git);
  if (left.length === 0) return undefined;
  const names = left.slice(0, MAX_NAMED).map((name) => quote(name))
    .join(", ");
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
    if (/file too large/i.test(error.output)) {
      throw tooMuch("a file of it is too large", "UNPACKED_LIMIT");
    }
    return /is not a git command/.test(error.output)
      ? "the operator of this worker must install git-lfs"
      : `git-lfs could not fetch them:\n${error.output}`;
  }
}

/** The names of files that .gitattributes give to LFS and that are pointers. */
async function listPointers(git: Git): Promise<string[]> {
  const list = await git.run("ls-files", "-z", "--", ":(attr:filter=lfs)");
  const pointers: string[] = [];
  for (const name of list.split("\0")) {
    if (name === "") continue;
    const text = await readSmall(`${git.directory}/${name}`);
    if (POINTER_START.test(text)) pointers.push(name);
  }
  return pointers;
}

/** A file that is small enough for a pointer; of anything else, nothing. */
async function readSmall(path: string): Promise<string> {
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile || size >= POINTER_LIMIT) return "";
    return await Deno.readTextFile(path);
  } catch (error) {
    // Deno finds no file whose name is not UTF-8.
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
