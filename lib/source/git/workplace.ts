import { BuildFailure } from "../../build/failure.ts";
import { OwnedDirectory } from "../../files/owned_directory.ts";
import { quote } from "../../text/quote.ts";

/**
 * How the names of git's directories begin, so that a later start can find
 * what a crash left behind.
 */
export const WORKPLACE_PREFIX = "quay-builder-git-";

/**
 * A private directory (mode 0700) for one checkout. Disposing removes it with
 * all that is in it.
 */
export class Workplace implements AsyncDisposable {
  readonly #directory: OwnedDirectory;

  private constructor(directory: OwnedDirectory) {
    this.#directory = directory;
  }

  /** The directory itself. */
  get root(): string {
    return this.#directory.path;
  }

  /**
   * Makes a workplace in `parent`.
   *
   * @throws {BuildFailure} `git_failure` when `parent` cannot be written
   */
  static async create(parent: string): Promise<Workplace> {
    try {
      const prefix = WORKPLACE_PREFIX;
      const workplace = new Workplace(
        await OwnedDirectory.create({ parent, prefix }),
      );
      await Deno.mkdir(workplace.home);
      await Deno.mkdir(workplace.checkout);
      return workplace;
    } catch (error) {
      throw new BuildFailure(
        "git_failure",
        `Cannot make a directory for git in ${quote(parent)}: ${
          error instanceof Error ? error.message : error
        }: the worker must be able to write to the directory that TMPDIR names`,
        { cause: error },
      );
    }
  }

  /** What git takes for the user's home: its own files, none of the user's. */
  get home(): string {
    return `${this.root}/home`;
  }

  /** Where the files of the commit go. */
  get checkout(): string {
    return `${this.root}/checkout`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#directory[Symbol.asyncDispose]();
  }
}
