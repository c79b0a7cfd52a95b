import type { BuildSource } from "../../build/request.ts";
import { Allowance, type CheckoutLimits } from "./allowance.ts";
import type { Git } from "./command.ts";
import { checkCommitName } from "./commit.ts";
import { explained } from "./failure.ts";
import { completeHistory, fetchCommit } from "./fetch.ts";
import { fetchLfsFiles } from "./lfs.ts";
import { GitSession, type GitSessionOptions } from "./session.ts";
import type { SizeWatch } from "./size_watch.ts";
import { updateSubmodules } from "./submodules.ts";
import { parseGitUrl } from "./url.ts";
import { Workplace } from "./workplace.ts";

/** A repository and one of its commits. */
export type GitSource = Omit<Extract<BuildSource, { kind: "git" }>, "kind">;

/** Options of {@linkcode checkoutGit}. */
export interface GitCheckoutOptions extends GitSessionOptions {
  /** Where the checkout's private directory is made. */
  readonly directory: string;
  /** Whether repositories of this machine (`file:`) are allowed. Default: no. */
  readonly allowFile?: boolean | undefined;
  /** How much is taken, with submodules and LFS files. */
  readonly limits?: Partial<CheckoutLimits> | undefined;
}

/**
 * Checks out one commit with its submodules and LFS files, without its history
 * where the server can do that.
 *
 * @throws {BuildFailure} `git_failure` or `git_checkout`, with git's own output
 * @throws the signal's reason when it aborts; nothing is left then
 */
export async function checkoutGit(
  source: GitSource,
  options: GitCheckoutOptions,
): Promise<GitCheckout> {
  const url = parseGitUrl(source.url.reveal(), options);
  const name = checkCommitName(source.commit);
  options.signal?.throwIfAborted();
  await using resources = new AsyncDisposableStack();
  const workplace = resources.use(await Workplace.create(options.directory));
  const allowance = new Allowance(options.limits);
  const session = new GitSession(
    { url, workplace, privateKey: source.privateKey },
    { ...options, maxBytes: allowance.keptBytes },
  );
  const files = await session.run((git, size) =>
    checkOut(git, { repository: url.text, name, allowance, size })
  );
  resources.move();
  return new GitCheckout(workplace, session, files);
}

/** What {@linkcode checkOut} gets. */
interface Wanted {
  readonly repository: string;
  readonly name: string;
  readonly allowance: Allowance;
  readonly size: SizeWatch;
}

/** What {@linkcode checkOut} found. */
interface CheckedOut {
  readonly repository: string;
  readonly commit: string;
  readonly submodules: readonly string[];
  readonly warnings: readonly string[];
  /** Bytes of the largest file that git may write while it fetches more. */
  readonly fetchedBytes: number;
}

async function checkOut(
  git: Git,
  { repository, name, allowance, size }: Wanted,
): Promise<CheckedOut> {
  const commit = await explained(
    { kind: "git_failure", action: `fetch "${repository}"` },
    async () => {
      await git.run("init", "--quiet");
      await git.run("remote", "add", "origin", repository);
      return await fetchCommit(git.limited(allowance.fetchedBytes), name);
    },
  );
  const which = `"${name}" of "${repository}"`;
  await explained(
    { kind: "git_checkout", action: `check out ${which}` },
    async () => {
      await allowance.takeCommit(git, commit);
      await git.run("checkout", "--progress", "--detach", commit);
    },
  );
  const submodules = await explained(
    { kind: "git_checkout", action: `check out the submodules of ${which}` },
    () => updateSubmodules(git, allowance),
  );
  const warnings = await explained(
    { kind: "git_checkout", action: `fetch the LFS files of ${which}` },
    async () => {
      const checkouts = submodules.map((directory) => git.in(directory));
      const all = [git, ...checkouts];
      const warnings = await fetchAllLfsFiles(all, allowance);
      await size.check();
      return warnings;
    },
  );
  const { fetchedBytes } = allowance;
  return { repository, commit, submodules, warnings, fetchedBytes };
}

/** Fetches the LFS files of several checkouts; gives their warnings. */
async function fetchAllLfsFiles(
  checkouts: readonly Git[],
  allowance: Allowance,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const git of checkouts) {
    const warning = await fetchLfsFiles(git, allowance);
    if (warning !== undefined) warnings.push(warning);
  }
  return warnings;
}

/** The files of a commit. Disposing removes them. */
export class GitCheckout implements AsyncDisposable {
  /** Where the files are, with `.git`. */
  readonly directory: string;
  /** The commit's whole hash. */
  readonly commit: string;
  /** What the person who builds should know, such as missing LFS files. */
  readonly warnings: readonly string[];
  readonly #workplace: Workplace;
  readonly #session: GitSession;
  readonly #files: CheckedOut;

  /** Use {@linkcode checkoutGit}. */
  constructor(workplace: Workplace, session: GitSession, files: CheckedOut) {
    this.#workplace = workplace;
    this.#session = session;
    this.#files = files;
    this.directory = workplace.checkout;
    this.commit = files.commit;
    this.warnings = files.warnings;
  }

  /**
   * Fetches the history, the branches and the tags that a full clone has, of
   * the submodules too: for a build that sees `.git`.
   *
   * @throws {BuildFailure} `git_failure`
   * @throws the signal's reason when it aborts
   */
  async completeHistory(): Promise<void> {
    const { fetchedBytes, repository, submodules } = this.#files;
    await this.#session.run((git, size) =>
      explained(
        { kind: "git_failure", action: `fetch the history of "${repository}"` },
        async () => {
          for (const directory of [git.directory, ...submodules]) {
            await completeHistory(
              git.in(directory).limited(fetchedBytes),
            );
          }
          await size.check();
        },
      )
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workplace[Symbol.asyncDispose]();
  }
}
