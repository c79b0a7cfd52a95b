import { ContextError } from "../error.ts";
import { cleanPath } from "../path.ts";
import type { Placement } from "../placement.ts";
import type { TarEntry, TarVisitor } from "./entry.ts";

/** Links that are remembered; each costs some 200 bytes besides its names. */
const MAX_REMEMBERED = 250_000;

/** Bytes of all names that are ever to be remembered. */
const MAX_NAME_BYTES = 128 * 1024 ** 2;

/** Keeps what is remembered of an archive's links within bounds. */
class LinkBudget {
  #nameBytes = 0;

  /**
   * Takes what one more link costs.
   *
   * @param count how many are remembered then
   * @throws {ContextError} kind `limit`
   */
  spend(count: number, ...names: readonly string[]): void {
    for (const { length } of names) this.#nameBytes += length;
    if (count > MAX_REMEMBERED) {
      throw tooMany(`more than ${MAX_REMEMBERED} hard links`);
    }
    if (this.#nameBytes > MAX_NAME_BYTES) {
      throw tooMany(
        `hard links with more than ${MAX_NAME_BYTES} bytes of names`,
      );
    }
  }
}

/** Follows hard links through other ones that are not sent. */
export class LinkAliases {
  readonly #targets = new Map<string, string>();
  readonly #budget = new LinkBudget();

  /** The entry that a clean path stands for. */
  follow(path: string): string {
    return this.#targets.get(path) ?? path;
  }

  /** Notes a hard link that is not sent, and what it stands for. */
  add(path: string, target: string): void {
    this.#targets.set(path, target);
    this.#budget.spend(this.#targets.size, path, target);
  }

  /** Forgets a path: another entry takes its place. */
  delete(path: string): void {
    this.#targets.delete(path);
  }
}

/**
 * Finds the hard links of an archive that are sent without their target. The
 * docker CLI, which packs unpacked files, would send the first of them as a file
 * and let the others link to it; for that the content must be sent in place of
 * the target, which comes before the links, and therefore be known beforehand.
 */
export class LinkFinder implements TarVisitor {
  readonly #placement: Placement;
  readonly #aliases = new LinkAliases();
  readonly #standIns = new Map<string, string>();
  readonly #budget = new LinkBudget();

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  /**
   * For each target that is not sent: the path in the context of the first link
   * to it, which takes its content over.
   */
  get standIns(): ReadonlyMap<string, string> {
    return this.#standIns;
  }

  entry(entry: TarEntry): void {
    const path = cleanPath(entry.name);
    if (entry.type !== "1") {
      this.#aliases.delete(path);
      return;
    }
    const target = this.#aliases.follow(cleanPath(entry.linkName));
    const place = this.#placement.place(path);
    if (place === undefined) {
      this.#aliases.add(path, target);
    } else if (
      this.#placement.place(target) === undefined && !this.#standIns.has(target)
    ) {
      this.#standIns.set(target, place);
      this.#budget.spend(this.#standIns.size, target, place);
    }
  }

  body(): void {}
}

function tooMany(links: string): ContextError {
  return new ContextError(
    "limit",
    `Cannot send a part of the tar archive: ${links} lead out of it`,
  );
}
