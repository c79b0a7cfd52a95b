import { quote } from "../text/quote.ts";
import { readJsonArray } from "./_arguments.ts";
import { Directives } from "./_directives.ts";
import { endsHeredoc, findHeredocs } from "./_heredoc.ts";
import { type Instruction, splitInstruction } from "./_instruction.ts";
import { Lines } from "./_lines.ts";
import type { EscapeToken } from "./_shell_lexer.ts";
import { trimEnd, trimSpaceStart } from "./_white_space.ts";
import { DockerfileError } from "./error.ts";

/** The instructions of a Dockerfile, none of them understood yet. */
export interface DockerfileSource {
  readonly instructions: readonly Instruction[];
  readonly escape: EscapeToken;
}

const WITH_HEREDOCS = ["ADD", "COPY", "RUN"];

/** What people call the end of a heredoc; `1 << 2` is no heredoc. */
const PLAIN_NAME = /^[A-Za-z_][\w.-]*$/;

/** Times that a `<<` may turn out to be no heredoc; each costs a look ahead. */
const MAX_MISSES = 100;

/**
 * Reads the instructions of a Dockerfile: directives, comments, lines that go on
 * (with comments and empty lines among them) and heredocs, as the parser of
 * BuildKit 0.34 does.
 *
 * In one thing it is milder: a heredoc that has no end and no common name is
 * none, so that `$((1 << 2))` still builds where an old engine takes it.
 *
 * @throws {DockerfileError} when a line cannot be read.
 */
export function readInstructions(text: string): DockerfileSource {
  const lines = new Lines(text);
  const directives = new Directives();
  const heredocs = new HeredocSkipper(lines);
  const instructions: Instruction[] = [];
  for (let first = lines.next(); first !== undefined; first = lines.next()) {
    const start = trimSpaceStart(first);
    directives.look(start, lines.number);
    if (start === "" || start.startsWith("#")) continue;

    const { escape } = directives;
    const line = lines.number;
    const joined = readContinued(start, lines, escape);
    const instruction = splitInstruction(joined, { line, escape });
    const heredoc = mayHaveHeredocs(instruction, escape)
      ? heredocs.skip(joined, line)
      : undefined;
    instructions.push(
      heredoc === undefined ? instruction : { ...instruction, heredoc },
    );
  }
  return { instructions, escape: directives.escape };
}

/** Joins a line with those that continue it. */
function readContinued(
  first: string,
  lines: Lines,
  escape: EscapeToken,
): string {
  const parts: string[] = [];
  let line: string | undefined = first;
  while (line !== undefined) {
    const start = trimSpaceStart(line);
    const isSkipped = parts.length > 0 &&
      (start === "" || start.startsWith("#"));
    const continued = withoutContinuation(line, escape);
    if (!isSkipped) parts.push(continued ?? line);
    if (!isSkipped && continued === undefined) break;
    line = lines.next();
  }
  return parts.join("");
}

/** The line without its last escape, or `undefined` if it does not go on. */
function withoutContinuation(
  line: string,
  escape: EscapeToken,
): string | undefined {
  const text = trimEnd(line, " \t");
  if (!text.endsWith(escape)) return undefined;
  return text.endsWith(escape + escape) ? undefined : text.slice(0, -1);
}

function mayHaveHeredocs(
  instruction: Instruction,
  escape: EscapeToken,
): boolean {
  const { keyword, rest, line } = instruction;
  if (!rest.includes("<<")) return false;
  const carrier = keyword === "ONBUILD" && rest !== ""
    ? splitInstruction(rest, { line, escape })
    : instruction;
  return WITH_HEREDOCS.includes(carrier.keyword) &&
    readJsonArray(carrier) === undefined;
}

/** Finds the heredocs of one Dockerfile and reads past them. */
class HeredocSkipper {
  readonly #lines: Lines;
  #misses = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /**
   * Reads past the heredocs of an instruction, which begins at a line; returns
   * the name of the first.
   */
  skip(text: string, line: number): string | undefined {
    const heredocs = findHeredocs(text);
    const start = this.#lines.number;
    for (const heredoc of heredocs) {
      let next = this.#lines.next();
      while (next !== undefined && !endsHeredoc(next, heredoc)) {
        next = this.#lines.next();
      }
      if (next !== undefined) continue;
      if (!PLAIN_NAME.test(heredoc.name) && ++this.#misses <= MAX_MISSES) {
        this.#lines.rewind(start);
        return undefined;
      }
      throw new DockerfileError(
        "syntax",
        `no line ${quote(heredoc.name)} ends the text that "<<" begins`,
        { line },
      );
    }
    return heredocs[0]?.name;
  }
}
