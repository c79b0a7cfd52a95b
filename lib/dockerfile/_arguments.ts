import { quote } from "../text/quote.ts";
import { BLANKS, type Instruction } from "./_instruction.ts";
import type { EscapeToken } from "./_shell_lexer.ts";
import { isSpace } from "./_white_space.ts";
import { DockerfileError } from "./error.ts";

/**
 * Reads `["a", "b"]`; `undefined` where the rest is no JSON array, which is then
 * taken as text.
 *
 * @throws {DockerfileError} when the array holds anything but texts.
 */
export function readJsonArray(
  { keyword, rest, line }: Instruction,
): string[] | undefined {
  if (!rest.startsWith("[")) return undefined;
  let values: unknown;
  try {
    values = JSON.parse(rest);
  } catch {
    return undefined;
  }
  if (!Array.isArray(values)) return undefined;
  if (values.every((value) => typeof value === "string")) return values;
  throw new DockerfileError(
    "syntax",
    `every part of the list after ${keyword} must be in double quotes`,
    { line },
  );
}

/** Parts a text at white space, quoted or not. */
export function splitBlanks(text: string): string[] {
  return text === "" ? [] : text.split(BLANKS);
}

/** Parts a text at white space outside quotes; quotes and escapes are kept. */
export function splitQuoted(text: string, escape: EscapeToken): string[] {
  const words: string[] = [];
  let word = "";
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === undefined && isSpace(character)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    if (character === quote) {
      quote = undefined;
    } else if (
      quote === undefined && (character === "'" || character === '"')
    ) {
      quote = character;
    } else if (character === escape && quote !== "'") {
      // An escape that ends the text is dropped.
      if (at + 1 === text.length) break;
      word += character;
      at++;
    }
    word += text.charAt(at);
  }
  return word === "" ? words : [...words, word];
}

/**
 * Reads the names of `ENV` and `LABEL`: `name value`, or `name=value …`.
 *
 * @throws {DockerfileError} when a name or a value is missing.
 */
export function readPairNames(
  { keyword, rest, line }: Instruction,
  escape: EscapeToken,
): string[] {
  const invalid = (reason: string) =>
    new DockerfileError("syntax", reason, { line });
  const [first = "", ...others] = splitQuoted(rest, escape);
  if (first === "") return [];
  if (!first.includes("=")) {
    const [name = "", value] = splitBlanks(rest);
    if (value !== undefined) return [name];
    throw invalid(`${keyword} ${name} has no value, write "${name}=value"`);
  }
  return [first, ...others].map((word) => {
    const end = word.indexOf("=");
    if (end > 0) return word.slice(0, end);
    throw invalid(
      `${
        quote(word)
      } is not of the form "name=value"; put values with blanks ` +
        "in quotes",
    );
  });
}
