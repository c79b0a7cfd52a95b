import { Secret } from "../../../lib/secret/secret.ts";
import {
  checkoutGit,
  type GitCheckout,
  type GitCheckoutOptions,
  type GitSource,
} from "../../../lib/source/git/checkout.ts";
import { GitRepository } from "../../support/git_repository.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

/** Repositories to be served, and a place for checkouts of them. */
export class Project implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;
  /** Holds the repositories. */
  readonly root: string;
  /** Holds the checkouts. */
  readonly work: string;
  /** The repository `project` in {@linkcode root}. */
  readonly repository: GitRepository;

  private constructor(
    directory: TemporaryDirectory,
    repository: GitRepository,
  ) {
    this.#directory = directory;
    this.root = `${directory.path}/root`;
    this.work = `${directory.path}/work`;
    this.repository = repository;
  }

  static async create(): Promise<Project> {
    const directory = await TemporaryDirectory.create();
    await directory.directory("work");
    const repository = await GitRepository.create(
      `${directory.path}/root/project`,
    );
    return new Project(directory, repository);
  }

  /** An empty directory for something else. */
  scratch(name: string): Promise<string> {
    return this.#directory.directory(name);
  }

  /** Makes another repository in {@linkcode root}. */
  addRepository(name: string): Promise<GitRepository> {
    return GitRepository.create(`${this.root}/${name}`);
  }

  /** Checks out into {@linkcode work}. */
  checkout(
    { url, ...source }: Omit<GitSource, "url"> & { readonly url: string },
    options: Partial<GitCheckoutOptions> = {},
  ): Promise<GitCheckout> {
    return checkoutGit({ ...source, url: new Secret(url) }, {
      directory: this.work,
      ...options,
    });
  }

  /** What checkouts have left behind. */
  async leftovers(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(this.work));
    return entries.map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}
