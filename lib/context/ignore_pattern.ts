import { cleanPattern, goText, trimSpace } from "./_go_text.ts";
import { checkSyntax } from "./_pattern_syntax.ts";
import { Automaton, type Match } from "./go_regexp/automaton.ts";
import { parsePrograms } from "./go_regexp/parse.ts";
import { PatternError } from "./go_regexp/pattern_error.ts";

/** Where an ignore file's `*` and `?` stop. */
const NOT_SLASH = "[^/]";

/**
 * What has a meaning in a regular expression and none in a pattern. The CLI
 * means to have `|{}` here too, but its table of them is too small.
 */
const PLAIN = ".+()$";

const BOM = "\ufeff";

/** A path as patterns are shown it. */
export interface PatternPath {
  /** As a byte string. */
  readonly path: string;
  /** The text that this is (`goText`). */
  readonly text: string;
  /** The text of the directory that holds it; `""` is the top. */
  readonly parentText: string;
}

/** One line of an ignore file, ready to be asked. Paths are byte strings. */
export interface IgnorePattern {
  /** The pattern itself, cleaned, without its `!`. */
  readonly text: string;
  /** Whether what it matches is brought back (`!`). */
  readonly negated: boolean;
  /** What one test may cost, in steps a character; 0 for plain comparisons. */
  readonly cost: number;
  /**
   * Whether it matches the path itself; parents are the caller's to test.
   * `never`: neither the path nor anything below it.
   */
  match(path: PatternPath): Match;
}

/**
 * Reads one line of an ignore file, as `ignorefile` and `patternmatcher` 0.6.1
 * of the docker CLI do one after the other. `undefined` for a comment and for
 * a line that says nothing.
 *
 * @throws {PatternError} when the CLI would refuse the line.
 */
export function parsePattern(line: string): IgnorePattern | undefined {
  if (line.startsWith("#")) return undefined;
  const pattern = normalize(trimSpace(line));
  if (pattern === "") return undefined;
  if (pattern === "!") {
    throw new PatternError('a "!" needs a pattern after it');
  }
  const negated = pattern.startsWith("!");
  const text = negated ? pattern.slice(1) : pattern;
  checkSyntax(goText(text));
  return { text, negated, ...compile(text) };
}

/** The pattern that brings back exactly one path, whatever it holds. */
export function patternToKeep(path: string): IgnorePattern {
  return {
    text: path,
    negated: true,
    cost: 0,
    match: (other) => matchExactly(path, other),
  };
}

/**
 * The CLI cleans twice: once when it reads the file, knowing about `!` and the
 * leading slash, and once more as a whole. So `./!a` brings `a` back.
 */
function normalize(line: string): string {
  if (line === "") return "";
  const negation = line.startsWith("!") ? "!" : "";
  const bare = trimSpace(line.slice(negation.length));
  const path = bare === "" ? "" : cleanPattern(bare);
  const relative = path.length > 1 && path.startsWith("/")
    ? path.slice(1)
    : path;
  const pattern = trimSpace(negation + relative);
  return pattern === "" ? "" : cleanPattern(pattern);
}

type Form = "exact" | "prefix" | "suffix" | "program";

/**
 * What the CLI makes of a pattern: a plain comparison, or else a regular
 * expression. It knows nothing of classes on the way, so that a `*` inside
 * one becomes part of it in its translated form.
 */
function translate(pattern: string): { form: Form; source: string } {
  const characters = Array.from(
    pattern.startsWith(BOM) ? pattern.slice(BOM.length) : pattern,
  );
  let form: Form = "exact";
  let source = "";
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "*" && characters[i + 1] === "*") {
      const isFirst = i === 0;
      i += characters[i + 2] === "/" ? 2 : 1;
      const isLast = i + 1 === characters.length;
      if (isLast && form === "exact") {
        form = "prefix";
      } else {
        form = "program";
        source += isLast ? ".*" : "(.*/)?";
      }
      if (isFirst) form = "suffix";
    } else if (character === "*" || character === "?") {
      form = "program";
      source += character === "*" ? `${NOT_SLASH}*` : NOT_SLASH;
    } else if (character === "\\") {
      form = "program";
      source += `\\${characters[++i] ?? ""}`;
    } else if (character === "[" || character === "]") {
      form = "program";
      source += character;
    } else {
      source += PLAIN.includes(character) ? `\\${character}` : character;
    }
  }
  return { form, source };
}

function compile(text: string): Pick<IgnorePattern, "cost" | "match"> {
  const { form, source } = translate(goText(text));
  switch (form) {
    case "exact":
      return { cost: 0, match: (path) => matchExactly(text, path) };
    case "prefix": {
      const prefix = text.slice(0, -"**".length);
      return { cost: 0, match: (path) => matchPrefix(prefix, path) };
    }
    case "suffix": {
      const suffix = text.slice("**".length);
      const whole = suffix.startsWith("/") ? suffix.slice(1) : undefined;
      return {
        cost: 0,
        match: ({ path }) =>
          endsWith(path, suffix) || path === whole ? "yes" : "no",
      };
    }
    case "program": {
      const programs = parsePrograms(`^${source}$`);
      const automata = programs.map((program) => new Automaton(program));
      return {
        cost: programs.flat().length,
        match: (path) => matchAny(automata, path),
      };
    }
  }
}

function matchExactly(pattern: string, { path }: PatternPath): Match {
  if (path === pattern) return "yes";
  return pattern[path.length] === "/" ? "no" : "never";
}

function matchPrefix(prefix: string, { path }: PatternPath): Match {
  if (path.length < prefix.length) return "no";
  return path.slice(0, prefix.length) === prefix ? "yes" : "never";
}

/** Many times as fast as `endsWith` for what is long (Deno 2.9). */
function endsWith(path: string, suffix: string): boolean {
  return path.length >= suffix.length &&
    path.slice(path.length - suffix.length) === suffix;
}

function matchAny(
  automata: readonly Automaton[],
  { text, parentText }: PatternPath,
): Match {
  let best: Match = "never";
  for (const automaton of automata) {
    const match = automaton.match(text, parentText);
    if (match === "yes") return match;
    if (match === "no") best = match;
  }
  return best;
}
