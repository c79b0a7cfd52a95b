import { relativePath } from "./path.ts";
import type { Selection } from "./source.ts";

/** Where the entries of a package go in a context. */
export class Placement {
  readonly #selection: Selection;
  readonly #replaced: ReadonlySet<string>;

  constructor(selection: Selection) {
    this.#selection = selection;
    this.#replaced = new Set(selection.extraFiles.map(({ path }) => path));
  }

  /**
   * The path in the context of a path in the package, or `undefined` if it is
   * not sent. Both are clean byte strings.
   */
  place(path: string): string | undefined {
    const { root } = this.#selection;
    const place = relativePath(root, path);
    // The top of a context is there anyhow; the docker CLI sends none either.
    if (place === undefined || (place === "" && root !== "")) return undefined;
    return this.#replaced.has(place) || !this.#selection.keeps(place)
      ? undefined
      : place;
  }
}
