import type { EscapeToken } from "./_shell_lexer.ts";
import { isSpace, trimSpace } from "./_white_space.ts";

/** One instruction, cut into its parts; `ONBUILD` holds another one in `rest`. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** `--name=value`, without quotes and escapes. */
  readonly flags: readonly string[];
  /** All that follows, as it was written. */
  readonly rest: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Name of its first heredoc, where it has one. */
  readonly heredoc?: string;
}

/** The parser's white space between words, which is less than Unicode's. */
export const BLANKS = /[\t\v\f\r ]+/;

/** Cuts a line, its continuations joined, into keyword, flags and the rest. */
export function splitInstruction(
  text: string,
  options: { line: number; escape: EscapeToken },
): Instruction {
  const { line, escape } = options;
  const whole = trimSpace(text);
  const blanks = BLANKS.exec(whole);
  const end = blanks?.index ?? whole.length;
  const keyword = whole.slice(0, end).toUpperCase();
  const { flags, rest } = splitFlags(
    whole.slice(end + (blanks?.[0].length ?? 0)),
    escape,
  );
  return { keyword, flags, rest: trimSpace(rest), line };
}

/** Takes the leading words that begin with `--` off; `--` alone ends them. */
function splitFlags(
  text: string,
  escape: EscapeToken,
): { flags: string[]; rest: string } {
  const flags: string[] = [];
  for (let at = 0;;) {
    while (isSpace(text.charAt(at))) at++;
    if (!text.startsWith("--", at)) return { flags, rest: text.slice(at) };
    const { word, isQuoted, next } = readFlag(text, at, escape);
    at = next;
    if (word === "--") return { flags, rest: text.slice(at) };
    if (word !== "" || isQuoted) flags.push(word);
  }
}

/** Reads up to white space that is neither quoted nor escaped. */
function readFlag(
  text: string,
  start: number,
  escape: EscapeToken,
): { word: string; isQuoted: boolean; next: number } {
  let word = "";
  let quote: string | undefined;
  let isQuoted = false;
  let at = start;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === undefined && isSpace(character)) break;
    if (character === quote) {
      quote = undefined;
    } else if (
      quote === undefined && (character === "'" || character === '"')
    ) {
      quote = character;
      isQuoted = true;
    } else {
      if (character === escape) at++;
      word += text.charAt(at);
    }
  }
  return { word, isQuoted, next: at };
}
