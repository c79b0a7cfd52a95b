import { goText } from "./_go_text.ts";
import { type IgnorePattern, patternToKeep } from "./ignore_pattern.ts";

/** What is known of one path; a path below it can go on from there. */
interface Level {
  readonly path: string;
  /** The path as patterns see it (`goText`). */
  readonly text: string;
  readonly ignored: boolean;
  readonly pruned: boolean;
  /** For each pattern, whether it matched this path or a parent. */
  readonly matched: Uint8Array;
}

/**
 * The rules of one ignore file, which decide as the docker CLI does when it
 * packs a context for the classic builder: the last matching pattern wins, what
 * matches a directory matches everything below it, and a directory that is
 * ignored is not even looked into unless some `!` pattern begins, letter by
 * letter, with its path. So with `*` and `!?/a`, nothing brings `x/a` back.
 *
 * Paths are byte strings (see `path.ts`), relative to the context, separated by
 * slashes, clean. Ask in the order of a walk or an archive: what is known of
 * the directories that lead to the last path is kept.
 */
export class IgnoreRules {
  readonly #patterns: readonly IgnorePattern[];
  readonly #exceptions: readonly string[];
  /** The last path asked for, and before it the directories that hold it. */
  readonly #levels: Level[] = [];

  constructor(patterns: readonly IgnorePattern[]) {
    this.#patterns = patterns;
    this.#exceptions = patterns.filter((pattern) => pattern.negated)
      .map((pattern) => `${pattern.text}/`);
  }

  /** Whether there are no rules at all, so that nothing is ignored. */
  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** Whether a file, directory or link is left out of the context. */
  ignores(path: string): boolean {
    return this.#levelOf(path)?.ignored ?? false;
  }

  /** Whether everything below a directory is left out, whatever its name. */
  prunes(directory: string): boolean {
    return this.#levelOf(directory)?.pruned ?? false;
  }

  /**
   * The same rules, but never ignoring these paths. The CLI does this for the
   * ignore file and the Dockerfile, in this order: the engine needs both and
   * takes them out of the context by itself.
   */
  keeping(...paths: readonly string[]): IgnoreRules {
    return paths.reduce<IgnoreRules>(
      (rules, path) =>
        rules.ignores(path)
          ? new IgnoreRules([...rules.#patterns, patternToKeep(path)])
          : rules,
      this,
    );
  }

  #levelOf(path: string): Level | undefined {
    if (this.isEmpty || path === "") return undefined;

    let level = this.#levels.at(-1);
    while (level !== undefined && !isWithin(level.path, path)) {
      this.#levels.pop();
      level = this.#levels.at(-1);
    }
    while (level?.path !== path) {
      const known = level === undefined ? 0 : level.path.length + 1;
      const end = path.indexOf("/", known);
      level = this.#judge(end < 0 ? path : path.slice(0, end), level);
      this.#levels.push(level);
    }
    return level;
  }

  /**
   * A pattern that could change nothing is not tried, and then counts as not
   * matched for everything below, just as in the CLI.
   */
  #judge(path: string, parent: Level | undefined): Level {
    // A slash parts characters, so that the parts can be read by themselves.
    const text = parent === undefined
      ? goText(path)
      : parent.text + goText(path.slice(parent.path.length));
    const matched = new Uint8Array(this.#patterns.length);
    let ignored = false;
    this.#patterns.forEach((pattern, i) => {
      const isMatch = parent?.matched[i] === 1 ||
        (pattern.negated === ignored && pattern.matches(path, text));
      if (!isMatch) return;
      matched[i] = 1;
      ignored = !pattern.negated;
    });
    if (parent?.pruned) {
      return { path, text, ignored: true, pruned: true, matched };
    }
    return {
      path,
      text,
      ignored,
      pruned: ignored && !this.#mayReturn(path),
      matched,
    };
  }

  #mayReturn(directory: string): boolean {
    return this.#exceptions.some((text) => text.startsWith(`${directory}/`));
  }
}

function isWithin(directory: string, path: string): boolean {
  return path.startsWith(directory) &&
    (path.length === directory.length || path[directory.length] === "/");
}
