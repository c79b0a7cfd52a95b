import type { Allowance } from "./allowance.ts";
import { type Git, GitCommandError } from "./command.ts";
import { readTree } from "./tree.ts";

/** A pointer is smaller than this many bytes (Git LFS specification, "The Pointer"). */
export const POINTER_LIMIT = 1024;
/** Bytes that the shortest version, hash and size of a pointer come to. */
const POINTER_LEAST = 100;

/**
 * The line of a pointer's version, also of before there was a specification,
 * as an expression of git's and of this language.
 */
export const POINTER_VERSION = String
  .raw`version (https://git-lfs\.github\.com/spec/v1|https://hawser\.github\.com/spec/v1|http://git-media\.io/v/2)`;
/**
 * That of the size. What git-lfs takes is more than what it writes (3.3,
 * `lfs/pointer.go`): white space around the whole, carriage returns, a sign.
 */
const SIZE = String.raw`^size \+?[0-9]{1,20}`;

/** Objects that one command looks through; their names are its arguments. */
const BATCH = 10_000;

/**
 * Takes the files that git-lfs would write in a checkout: for every pointer of
 * its commit, also where .gitattributes do not give it to LFS (3.3, `git lfs
 * pull`), and whatever its name.
 *
 * @throws {AllowanceError} when they are too large
 */
export async function takeLfsFiles(
  git: Git,
  allowance: Allowance,
): Promise<void> {
  const files = await countSmallFiles(git);
  const objects = [...files.keys()];
  for (let start = 0; start < objects.length; start += BATCH) {
    const sizes = await findSizes(git, objects.slice(start, start + BATCH));
    for (const { object, size } of sizes) {
      allowance.takeBytes(size * (files.get(object) ?? 0));
    }
  }
}

/** How many files of the commit have each content that may be a pointer. */
async function countSmallFiles(git: Git): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  await readTree(git, "HEAD", ({ type, object, size }) => {
    const mayBePointer = size >= POINTER_LEAST && size < POINTER_LIMIT;
    if (type !== "blob" || !mayBePointer) return;
    files.set(object, (files.get(object) ?? 0) + 1);
  });
  return files;
}

/** What the pointers among some objects stand for. */
async function findSizes(
  git: Git,
  objects: readonly string[],
): Promise<{ readonly object: string; readonly size: number }[]> {
  const either = ["-e", POINTER_VERSION, "-e", SIZE];
  const matches = ["--only-matching", "--text", "--extended-regexp"];
  try {
    const list = await git.run(
      "grep",
      ...["--no-color", "--no-recurse-submodules", ...matches, "--all-match"],
      ...[...either, ...objects],
    );
    return Array.from(
      list.matchAll(/^(\w+):size \+?(\d+)$/gm),
      ([, object = "", size]) => ({ object, size: Number(size) }),
    );
  } catch (error) {
    if (isNoMatch(error)) return [];
    throw error;
  }
}

/** Whether git grep has found nothing, which its exit status tells. */
function isNoMatch(error: unknown): boolean {
  return error instanceof GitCommandError &&
    error.end === "git grep ended with exit status 1";
}
