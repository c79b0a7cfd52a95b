import type { Git } from "./command.ts";

/** Something that a commit names. */
export interface TreeEntry {
  /** `blob` for a file or a link, `tree` for a directory, `commit` for a submodule. */
  readonly type: string;
  /** The hash of its content. */
  readonly object: string;
  /** In bytes; 0 for what is no file. */
  readonly size: number;
}

/** Characters of a line of `git ls-tree -l` that hold all but the name. */
const MAX_HEAD = 256;

/**
 * Hands over all that a commit names, directories included, while git lists it.
 * What `take` throws ends that, and is thrown.
 *
 * @throws {GitCommandError} when there is no such commit
 */
export async function readTree(
  git: Git,
  commit: string,
  take: (entry: TreeEntry) => void,
): Promise<void> {
  let partial = "";
  const all = ["-r", "-t", "-l", "--full-tree"];
  await git.read(["ls-tree", ...all, commit], (text) => {
    const lines = (partial + text).split("\n");
    partial = (lines.pop() ?? "").slice(0, MAX_HEAD);
    for (const line of lines) take(entryIn(line));
  });
}

/** Reads `MODE TYPE HASH SIZE<tab>NAME`; the size of what is no file is `-`. */
function entryIn(line: string): TreeEntry {
  const [, type = "", object = "", size] =
    /^\d+ (\w+) (\w+) +(\d+|-)\t/.exec(line) ?? [];
  return { type, object, size: Number(size === "-" ? 0 : size ?? 0) };
}
