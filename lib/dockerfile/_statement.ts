import { quote } from "../text/quote.ts";
import {
  readJsonArray,
  readPairNames,
  splitBlanks,
  splitQuoted,
} from "./_arguments.ts";
import { readFlags } from "./_flags.ts";
import { type Grammar, GRAMMARS } from "./_grammar.ts";
import { type Instruction, splitInstruction } from "./_instruction.ts";
import type { EscapeToken } from "./_shell_lexer.ts";
import { syntaxError } from "./_syntax_error.ts";
import { trimSpace } from "./_white_space.ts";
import { DockerfileError } from "./error.ts";

/** An instruction that keeps the rules of its kind. */
export interface Statement {
  /** In upper case. */
  readonly keyword: string;
  /** Values by name; `""` for a switch. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
  readonly line: number;
  /** Name of its first heredoc, where it has one. */
  readonly heredoc: string | undefined;
  /** What `ONBUILD` keeps for later; unchecked, as in the engine. */
  readonly trigger: Instruction | undefined;
}

/**
 * Checks an instruction by itself, as the engine does before it runs any.
 *
 * @throws {DockerfileError} when the engine would refuse it.
 */
export function parseStatement(
  instruction: Instruction,
  escape: EscapeToken,
): Statement {
  const { keyword, line, heredoc, rest } = instruction;
  const grammar = GRAMMARS[keyword];
  if (grammar === undefined) {
    throw new DockerfileError(
      "unknown_instruction",
      `${quote(keyword)} is no instruction; if it belongs to the line ` +
        'before, end that with a "\\"',
      { line },
    );
  }
  const args = readArguments(instruction, grammar, escape);
  checkCount(instruction, grammar, args.length);
  checkArguments(instruction, args);
  const trigger = keyword === "ONBUILD"
    ? readTrigger(rest, { line, escape })
    : undefined;
  const flags = readFlags(instruction, grammar);
  return { keyword, flags, args, line, heredoc, trigger };
}

function readArguments(
  instruction: Instruction,
  { form }: Grammar,
  escape: EscapeToken,
): string[] {
  const { rest } = instruction;
  switch (form) {
    case "command":
      return readJsonArray(instruction) ?? textOf(rest);
    case "json": {
      const args = readJsonArray(instruction);
      if (args !== undefined) return args;
      throw syntaxError(instruction, 'write a list, as in ["/bin/sh", "-c"]');
    }
    case "list":
      return readJsonArray(instruction) ?? splitBlanks(rest);
    case "text":
    case "instruction":
      return textOf(rest);
    case "words":
      return splitBlanks(rest);
    case "quoted":
      return splitQuoted(rest, escape);
    case "pairs":
      return readPairNames(instruction, escape);
  }
}

function textOf(rest: string): string[] {
  return rest === "" ? [] : [rest];
}

function checkCount(
  instruction: Instruction,
  { least = 0, most = Infinity }: Grammar,
  count: number,
): void {
  if (count >= least && count <= most) return;
  const expected = count < least ? `at least ${least}` : `at most ${most}`;
  throw syntaxError(
    instruction,
    `${expected} ${
      expected.endsWith(" 1") ? "argument is" : "arguments are"
    } ` +
      `needed, there ${count === 1 ? "is" : "are"} ${count}`,
  );
}

function checkArguments(instruction: Instruction, args: string[]): void {
  const { keyword } = instruction;
  if (keyword === "HEALTHCHECK") checkHealthcheck(instruction);
  if (keyword === "ARG" && args.some((arg) => arg.startsWith("="))) {
    throw syntaxError(instruction, "a value has no name, write ARG name=value");
  }
  if (keyword === "VOLUME" && args.some((arg) => trimSpace(arg) === "")) {
    throw syntaxError(instruction, "a path is empty");
  }
}

function checkHealthcheck(instruction: Instruction): void {
  const [type = ""] = splitBlanks(instruction.rest);
  const rest = trimSpace(instruction.rest.slice(type.length));
  const command = readJsonArray({ ...instruction, rest }) ?? textOf(rest);
  switch (type.toUpperCase()) {
    case "NONE":
      if (command.length === 0) return;
      throw syntaxError(instruction, "nothing can follow NONE");
    case "CMD":
      if (command.length > 0) return;
      throw syntaxError(instruction, "a command must follow CMD");
    default:
      throw syntaxError(
        instruction,
        `write CMD or NONE instead of ${quote(type)}`,
      );
  }
}

/** A trigger's arguments are read at once, whatever its flags are later. */
function readTrigger(
  rest: string,
  options: { line: number; escape: EscapeToken },
): Instruction {
  const trigger = splitInstruction(rest, options);
  if (["ONBUILD", "MAINTAINER", "FROM"].includes(trigger.keyword)) {
    throw syntaxError(trigger, "ONBUILD cannot keep it for later");
  }
  const grammar = GRAMMARS[trigger.keyword];
  if (grammar?.form === "pairs") readPairNames(trigger, options.escape);
  else if (grammar !== undefined) readJsonArray(trigger);
  return trigger;
}
