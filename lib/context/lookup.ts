import { cleanPath, joinPath, parentPath, quoteName } from "./path.ts";
import type { ContextSource, SourceNode, SurveyOptions } from "./source.ts";

/** Links that are followed for one path; each may cost a pass of a package. */
const MAX_LINKS = 16;

/** Directories that are enough to tell one from another. */
const MAX_SUGGESTED = 5;

/** What a path leads to when all links are followed. */
export interface Found {
  /** Its path without symbolic links. */
  readonly path: string;
  /** Never a link. */
  readonly node: Exclude<
    SourceNode,
    { readonly kind: "symlink" | "hard_link" }
  >;
}

/**
 * Finds out what is where in a source, following links as in a chroot: an
 * absolute target begins at the source's top, and `..` stops there. That is how
 * the engine follows them, too. What was looked up is remembered.
 */
export class SourceLookup {
  readonly #source: ContextSource;
  readonly #options: SurveyOptions;
  readonly #nodes = new Map<string, SourceNode | undefined>();
  #directories: readonly string[] = [];

  constructor(source: ContextSource, options: SurveyOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** The end of a message about what is not there: what there is instead. */
  get suggestion(): string {
    if (this.#directories.length === 0) return "";
    const some = this.#directories.slice(0, MAX_SUGGESTED).map(quoteName);
    const others = this.#directories.length > MAX_SUGGESTED ? ", …" : "";
    return `; directories at the top are ${some.join(", ")}${others}`;
  }

  /** Looks up clean paths and all above them in one pass. */
  async prepare(paths: readonly string[]): Promise<void> {
    const unknown = new Set(paths.flatMap(withParents))
      .difference(this.#nodes);
    if (unknown.size === 0) return;
    const survey = await this.#source.survey([...unknown], this.#options);
    this.#directories = survey.directories;
    for (const path of unknown) this.#nodes.set(path, survey.nodes.get(path));
  }

  /** Whether there is anything at a clean path, be it a link into nowhere. */
  async exists(path: string): Promise<boolean> {
    await this.prepare([path]);
    return this.#nodes.get(path) !== undefined;
  }

  /** What a clean path leads to; `undefined` if nothing is there. */
  async resolve(path: string): Promise<Found | undefined> {
    let resolved = "";
    let rest = path.split("/");
    let links = 0;
    while (links <= MAX_LINKS) {
      const part = rest.shift();
      if (part === undefined) return await this.#found(resolved);
      if (part === "" || part === ".") continue;
      if (part === "..") {
        resolved = parentPath(resolved);
        continue;
      }
      const here = joinPath(resolved, part);
      await this.prepare([here, cleanPath([here, ...rest].join("/"))]);
      const node = this.#nodes.get(here);
      if (node?.kind === "symlink") {
        links++;
        if (node.target.startsWith("/")) resolved = "";
        rest = [...node.target.split("/"), ...rest];
      } else if (rest.length > 0 && node?.kind !== "directory") {
        return undefined;
      } else {
        resolved = here;
      }
    }
    return undefined;
  }

  /** What is at a path that holds no symbolic links. */
  async #found(path: string): Promise<Found | undefined> {
    if (path === "") return { path, node: { kind: "directory" } };
    let at = path;
    for (let links = 0; links <= MAX_LINKS; links++) {
      await this.prepare([at]);
      const node = this.#nodes.get(at);
      if (node === undefined || node.kind === "symlink") return undefined;
      if (node.kind !== "hard_link") return { path, node };
      at = node.target;
    }
    return undefined;
  }
}

/** A clean path and all above it, but not the top, which is always there. */
function withParents(path: string): string[] {
  const parents: string[] = [];
  for (let at = path; at !== ""; at = parentPath(at)) parents.push(at);
  return parents;
}
