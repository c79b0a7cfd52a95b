import { BuildFailure } from "../../build/failure.ts";
import { type Git, GitCommandError } from "./command.ts";
import { isUnexplained } from "./failure.ts";

const BRANCHES = "+refs/heads/*:refs/remotes/origin/*";

/**
 * Fetches one commit without its history into a repository whose `origin` is
 * set. A server that gives no single commits is asked for all branches and
 * tags, and then for everything else that it shows, such as pull requests.
 *
 * @returns the commit's hash
 * @throws {GitCommandError} when the server gives nothing
 * @throws {BuildFailure} `git_checkout` when it does not have the commit
 */
export async function fetchCommit(git: Git, name: string): Promise<string> {
  try {
    await fetchWithProgress(git, "--depth=1", "--no-tags", "origin", name);
  } catch (error) {
    if (!isUnexplained(error)) throw error;
    return await fetchHistory(git, name);
  }
  return await resolve(git, "FETCH_HEAD") ?? notThere(name);
}

async function fetchHistory(git: Git, name: string): Promise<string> {
  await fetchWithProgress(git, "--tags", "origin", BRANCHES);
  return await resolve(git, name) ??
    await resolve(git, `refs/remotes/origin/${name}`) ??
    await fetchEverything(git, name) ?? notThere(name);
}

/** Looks for a commit in all that the server shows, and keeps only that. */
async function fetchEverything(
  git: Git,
  name: string,
): Promise<string | undefined> {
  const url = (await git.run("remote", "get-url", "origin")).trim();
  await git.run("remote", "add", "everything", url);
  const all = "+refs/*:refs/remotes/everything/*";
  await fetchWithProgress(git, "--no-tags", "everything", all);
  const commit = await resolve(git, name) ??
    await resolve(git, `refs/remotes/everything/${name}`);
  await git.run("remote", "remove", "everything");
  return commit;
}

/**
 * Fetches what `git clone` has besides the files of the checked out commit:
 * its history, all branches and all tags.
 *
 * @throws {GitCommandError} when the server does not give them
 */
export async function completeHistory(git: Git): Promise<void> {
  const unshallow = await isShallow(git) ? ["--unshallow"] : [];
  await fetchWithProgress(git, ...unshallow, "--tags", "origin", BRANCHES);
  if (await isShallow(git)) {
    // The commit is on no branch: a pull request's, for example.
    const commit = await git.run("rev-parse", "HEAD");
    await fetchWithProgress(
      git,
      "--unshallow",
      "--no-tags",
      "origin",
      commit.trim(),
    );
  }
}

/** Progress is a sign of life; `--quiet` would take it away. */
function fetchWithProgress(
  git: Git,
  ...args: readonly string[]
): Promise<string> {
  return git.run("fetch", "--progress", ...args);
}

async function isShallow(git: Git): Promise<boolean> {
  const answer = await git.run("rev-parse", "--is-shallow-repository");
  return answer.trim() === "true";
}

/** The hash of the commit that a name stands for, if there is one. */
async function resolve(git: Git, name: string): Promise<string | undefined> {
  try {
    const hash = await git.run(
      "rev-parse",
      "--verify",
      "--quiet",
      `${name}^{commit}`,
    );
    return hash.trim();
  } catch (error) {
    if (error instanceof GitCommandError) return undefined;
    throw error;
  }
}

function notThere(name: string): never {
  throw new BuildFailure(
    "git_checkout",
    `Cannot check out "${name}": the repository has no such commit, perhaps a force push has removed it`,
  );
}
