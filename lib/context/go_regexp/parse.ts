import { NO_CHARACTER, type Step } from "./automaton.ts";
import { readClass } from "./character_class.ts";
import { type CharacterSet, isWordCharacter } from "./character_set.ts";
import { type Read, readCharacter, readClassEscape } from "./escape.ts";
import { PatternError } from "./pattern_error.ts";
import { readRepeat, repeated } from "./repeat.ts";

/** Steps of a program; more than an honest pattern has. */
const MAX_STEPS = 10_000;

const SLASH = 0x2f;
const NEWLINE = 0x0a;

/** What the CLI's translation of `**` becomes. */
const ANY_DIRECTORIES = "(.*/)?";
const ANYTHING = ".*";

const notNewline: CharacterSet = (c) => c !== NEWLINE;

const AT_START: Step = {
  kind: "between",
  holds: (before) => before === NO_CHARACTER,
};
const AT_END: Step = {
  kind: "between",
  holds: (_, after) => after === NO_CHARACTER,
};

/** Makes a program search: it may begin, or end, anywhere in the text. */
const WHATEVER: Step = { kind: "many", accepts: () => true };

const ASSERTIONS: Readonly<Record<string, Step>> = {
  "\\A": AT_START,
  "\\z": AT_END,
  "\\b": { kind: "between", holds: isWordBoundary },
  "\\B": { kind: "between", holds: (b, a) => !isWordBoundary(b, a) },
};

/**
 * Reads one of the regular expressions that the docker CLI makes of patterns,
 * as Go's `regexp` would: `^`, `$`, literals, escapes, classes, `.*`, `(.*\/)?`,
 * `*` after a class, and, as the CLI leaves them in, `{n,m}` and `|`. Gives one
 * program for each alternative; a text matches that one of them matches.
 *
 * @throws {PatternError} when Go would not compile it.
 */
export function parsePrograms(source: string): Step[][] {
  const programs: Step[][] = [];
  let program: Step[] = [];
  /** Where the last thing begins that `{n,m}` could repeat; or NaN. */
  let last = NaN;
  for (let at = 0; at < source.length;) {
    const repeat = readRepeat(source, at);
    if (source[at] === "|") {
      programs.push(anchored(program));
      program = [];
      last = NaN;
      at++;
    } else if (repeat !== undefined) {
      if (Number.isNaN(last)) {
        throw new PatternError('a "{" repeats nothing here, write "\\{"');
      }
      program.push(...repeated(program.splice(last), repeat.value));
      last = NaN;
      at = repeat.next;
    } else {
      const atom = readAtom(source, at);
      last = program.length + lastRepeatable(atom.value);
      program.push(...atom.value);
      at = atom.next;
    }
    if (program.length > MAX_STEPS) {
      throw new PatternError("it is too complex, use a simpler one");
    }
  }
  return [...programs, anchored(program)];
}

/** Reads one thing that matches characters or a place between them. */
function readAtom(source: string, at: number): Read<Step[]> {
  if (source.startsWith(ANY_DIRECTORIES, at)) {
    return { value: anyDirectories(), next: at + ANY_DIRECTORIES.length };
  }
  if (source.startsWith(ANYTHING, at)) {
    return {
      value: [{ kind: "many", accepts: notNewline }],
      next: at + ANYTHING.length,
    };
  }
  if (source[at] === "^") return { value: [AT_START], next: at + 1 };
  if (source[at] === "$") return { value: [AT_END], next: at + 1 };

  const escape = source.slice(at, at + 2);
  const assertion = ASSERTIONS[escape];
  if (assertion !== undefined) return { value: [assertion], next: at + 2 };
  if (escape === "\\Q") return readQuoted(source, at + 2);

  const set = source[at] === "["
    ? readClass(source, at)
    : readClassEscape(source, at);
  if (set !== undefined) {
    return source[set.next] === "*"
      ? { value: [{ kind: "many", accepts: set.value }], next: set.next + 1 }
      : { value: [{ kind: "one", accepts: set.value }], next: set.next };
  }
  const character = readCharacter(source, at);
  return { value: [literal(character.value)], next: character.next };
}

/** Everything up to `\E`, or to the end of the expression, is literal. */
function readQuoted(source: string, start: number): Read<Step[]> {
  const end = source.indexOf("\\E", start);
  const text = source.slice(start, end < 0 ? undefined : end);
  return {
    value: Array.from(text, (c) => literal(c.codePointAt(0) ?? 0)),
    next: end < 0 ? source.length : end + 2,
  };
}

/** Index of the step that can be repeated; Go repeats nothing twice. */
function lastRepeatable(atom: readonly Step[]): number {
  const kind = atom[0]?.kind;
  return kind === "one" || kind === "between" ? atom.length - 1 : NaN;
}

/** Go looks for a match anywhere in the text unless told otherwise. */
function anchored(program: readonly Step[]): Step[] {
  return [
    ...(program[0] === AT_START ? [] : [WHATEVER]),
    ...program,
    ...(program.at(-1) === AT_END ? [] : [WHATEVER]),
  ];
}

function anyDirectories(): Step[] {
  return [
    { kind: "optional", steps: 2 },
    { kind: "many", accepts: notNewline },
    { kind: "one", accepts: (c) => c === SLASH },
  ];
}

function literal(codePoint: number): Step {
  return { kind: "one", accepts: (c) => c === codePoint };
}

function isWordBoundary(before: number, after: number): boolean {
  return isWordCharacter(before) !== isWordCharacter(after);
}
