import { goText } from "./_go_text.ts";
import { ContextError } from "./error.ts";
import {
  type IgnorePattern,
  type PatternPath,
  patternToKeep,
} from "./ignore_pattern.ts";
import { quoteName } from "./path.ts";

/** What trying a pattern costs by itself, in steps of a program. */
const TRIAL_COST = 4;

/**
 * Steps that one path may cost, with the directories that lead to it: nothing
 * else has a turn meanwhile. A thousand patterns that have to be tried
 * everywhere do not reach it with any path.
 */
const MAX_PATH_COST = 10_000_000;

/** What is known of one path; a path below it can go on from there. */
interface Level extends PatternPath {
  readonly ignored: boolean;
  readonly pruned: boolean;
  /** The patterns that can still change something for what is below. */
  readonly patterns: readonly IgnorePattern[];
  /** Steps that it cost, with the directories that lead to it. */
  readonly cost: number;
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
  /** In order, so that those below a directory follow each other. */
  readonly #exceptions: readonly string[];
  /** The last path asked for, and before it the directories that hold it. */
  readonly #levels: Level[] = [];

  constructor(patterns: readonly IgnorePattern[]) {
    this.#patterns = patterns;
    this.#exceptions = patterns.filter((pattern) => pattern.negated)
      .map((pattern) => `${pattern.text}/`).sort();
  }

  /** Whether there are no rules at all, so that nothing is ignored. */
  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /**
   * Whether a file, directory or link is left out of the context.
   *
   * @throws {ContextError} kind `limit`, here and below, when the path is too
   * deep for that many patterns.
   */
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
    while (level?.path !== path && !level?.pruned) {
      const known = level === undefined ? 0 : level.path.length + 1;
      const end = path.indexOf("/", known);
      level = this.#judge(end < 0 ? path : path.slice(0, end), level);
      this.#levels.push(level);
    }
    return level;
  }

  /**
   * A pattern that could change nothing is not tried, and then counts as not
   * matched for everything below, just as in the CLI. One that matches does so
   * for everything below, where those before it therefore count no more.
   */
  #judge(path: string, parent: Level | undefined): Level {
    const parentText = parent?.text ?? "";
    // A slash parts characters, so that the parts can be read by themselves.
    const text = parentText + goText(path.slice(parent?.path.length ?? 0));
    const subject = { path, text, parentText };
    const before = parent?.patterns ?? this.#patterns;
    let patterns: IgnorePattern[] = [];
    let ignored = parent?.ignored ?? false;
    let cost = parent?.cost ?? 0;
    const length = text.length - parentText.length;
    for (const pattern of before) {
      cost += TRIAL_COST + pattern.cost * length;
      if (cost > MAX_PATH_COST) throw tooCostly(path);
      const match = pattern.negated === ignored ? pattern.match(subject) : "no";
      if (match === "yes") {
        ignored = !pattern.negated;
        patterns = [];
      } else if (match === "no") {
        patterns.push(pattern);
      }
    }
    return {
      ...subject,
      ignored,
      pruned: ignored && !this.#mayReturn(path),
      patterns: patterns.length === before.length ? before : patterns,
      cost,
    };
  }

  /** Looks for the first exception that may begin so. */
  #mayReturn(directory: string): boolean {
    const start = `${directory}/`;
    let [from, to] = [0, this.#exceptions.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#exceptions[middle] ?? "") < start) from = middle + 1;
      else to = middle;
    }
    return this.#exceptions[from]?.slice(0, start.length) === start;
  }
}

function tooCostly(path: string): ContextError {
  return new ContextError(
    "limit",
    `Cannot tell whether ${quoteName(path)} is ignored: its path is too long ` +
      "for the patterns of the ignore file, use fewer and simpler ones",
  );
}

function isWithin(directory: string, path: string): boolean {
  return path.slice(0, directory.length) === directory &&
    (path.length === directory.length || path[directory.length] === "/");
}
