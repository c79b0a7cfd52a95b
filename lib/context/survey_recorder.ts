import type { SourceNode, Survey } from "./source.ts";

/** Names of directories that are enough to suggest one. */
export const MAX_DIRECTORIES = 20;

/**
 * Collects what a package holds at some paths, entry by entry: of several
 * entries of a path the last one wins, and a directory is there as soon as
 * anything is in it.
 */
export class SurveyRecorder implements Survey {
  readonly nodes = new Map<string, SourceNode>();
  readonly #wanted: ReadonlySet<string>;
  readonly #directories = new Set<string>();

  constructor(paths: readonly string[]) {
    this.#wanted = new Set(paths);
  }

  get directories(): readonly string[] {
    return [...this.#directories];
  }

  /** Takes notice of an entry, and says whether its path was asked for. */
  see(path: string, isDirectory: boolean): boolean {
    for (const wanted of this.#wanted) {
      const isBelow = path[wanted.length] === "/" && path.startsWith(wanted);
      if (isBelow && !this.nodes.has(wanted)) {
        this.nodes.set(wanted, { kind: "directory" });
      }
    }
    this.#seeDirectory(path, isDirectory);
    return this.#wanted.has(path);
  }

  /** Records what is at a path that was asked for. */
  record(path: string, node: SourceNode): void {
    this.nodes.set(path, node);
    if (node.kind === "directory") return;
    // What replaces a directory also takes away what was in it.
    for (const other of this.nodes.keys()) {
      if (other.startsWith(`${path}/`)) this.nodes.delete(other);
    }
  }

  #seeDirectory(path: string, isDirectory: boolean): void {
    if (this.#directories.size === MAX_DIRECTORIES) return;
    const slash = path.indexOf("/");
    if (slash !== -1) this.#directories.add(path.slice(0, slash));
    else if (isDirectory && path !== "") this.#directories.add(path);
  }
}
