import { type ContextLimits, DEFAULT_LIMITS } from "../../context/limits.ts";
import type { Git } from "./command.ts";
import { readTree } from "./tree.ts";

/** What a checkout may hold, and what it fetches for it. */
export type CheckoutLimits = Pick<
  ContextLimits,
  "packageBytes" | "unpackedBytes" | "entries"
>;

/** A commit holds more than a checkout may. */
export class AllowanceError extends Error {
  override readonly name = "AllowanceError";
}

/**
 * What is left of a checkout's limits, for the commit, its submodules and its
 * LFS files together. A few kilobytes of nested trees name more files than any
 * memory holds, so all of it is counted before git begins to write it.
 */
export class Allowance {
  readonly #limits: CheckoutLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: Partial<CheckoutLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Bytes of the largest file that git may write while it fetches. */
  get fetchedBytes(): number {
    return this.#limits.packageBytes;
  }

  /** Bytes of the largest of a commit's files. */
  get fileBytes(): number {
    return this.#limits.unpackedBytes;
  }

  /** Bytes of all that git may fetch, LFS files included. */
  get keptBytes(): number {
    return this.#limits.packageBytes + this.#limits.unpackedBytes;
  }

  /**
   * Takes the files, directories and links of a commit.
   *
   * @throws {AllowanceError} when there are too many, or they are too large
   * @throws {GitCommandError} when there is no such commit
   */
  async takeCommit(git: Git, commit: string): Promise<void> {
    await readTree(git, commit, ({ size }) => {
      this.#entries++;
      this.takeBytes(size);
    });
  }

  /**
   * Takes bytes of files.
   *
   * @throws {AllowanceError} when there are too many
   */
  takeBytes(bytes: number): void {
    const { entries, unpackedBytes } = this.#limits;
    this.#bytes += bytes;
    if (this.#entries > entries) {
      throw tooMuch(`it holds more than ${entries} entries`, "ENTRIES_LIMIT");
    }
    if (this.#bytes > unpackedBytes) {
      throw tooMuch(
        `its files have more than ${unpackedBytes} bytes`,
        "UNPACKED_LIMIT",
      );
    }
  }
}

/**
 * The error of something that is too large.
 *
 * @param setting what allows more
 */
export function tooMuch(detail: string, setting: string): AllowanceError {
  return new AllowanceError(
    `${detail}: the operator of this worker can allow more with ${setting}`,
  );
}
