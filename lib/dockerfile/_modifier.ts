import type { Budget } from "./_budget.ts";
import { ShellPattern } from "./_shell_pattern.ts";
import { SubstitutionError } from "./_substitution_error.ts";

/** The value of `${name-word}`, `${name:-word}` and the like. */
export interface DefaultModifier {
  readonly kind: "-" | "+" | "?";
  /** Whether an empty value counts as none (`:`). */
  readonly emptyIsUnset: boolean;
  readonly word: string;
}

/**
 * Works out `${name-word}`, `${name+word}` and `${name?word}`.
 *
 * @throws {SubstitutionError} for `?`, when there is no value.
 */
export function applyDefault(
  name: string,
  value: string | undefined,
  modifier: DefaultModifier,
): string {
  const { kind, emptyIsUnset, word } = modifier;
  const isSet = value !== undefined && !(emptyIsUnset && value === "");
  switch (kind) {
    case "-":
      return isSet ? value : word;
    case "+":
      return isSet ? word : "";
    case "?":
      if (isSet) return value;
      throw new SubstitutionError(
        `${name}: ${word || (value === "" ? "it is empty" : "it is not set")}`,
      );
  }
}

/**
 * Works out `${name#word}` and `${name%word}`; a doubled sign, at the beginning
 * of `word`, takes as much as possible away.
 */
export function trimPattern(
  value: string,
  modifier: { side: "#" | "%"; word: string },
  budget: Budget,
): string {
  const { side, word } = modifier;
  const greedy = word.startsWith(side);
  const pattern = ShellPattern.parse(greedy ? word.slice(1) : word);
  const text = Array.from(value);
  budget.spend(text.length * pattern.length);
  if (side === "#") {
    const end = pattern.matchAt(text, 0, greedy);
    return end === undefined ? value : text.slice(end).join("");
  }
  const end = pattern.reversed().matchAt(text.toReversed(), 0, greedy);
  return end === undefined ? value : text.slice(0, text.length - end).join("");
}

/** Works out `${name/word/replacement}`, or `${name//word/replacement}`. */
export function replacePattern(
  value: string,
  modifier: { all: boolean; word: string; replacement: string },
  budget: Budget,
): string {
  const { all, replacement } = modifier;
  const pattern = ShellPattern.parse(modifier.word);
  const text = Array.from(value);
  budget.spend(text.length * pattern.length);
  const result: string[] = [];
  let copied = 0;
  for (let at = 0; at <= text.length;) {
    const [start, end] = pattern.search(text, at) ?? [];
    if (start === undefined || end === undefined) break;
    result.push(text.slice(copied, start).join(""));
    // An empty match right after another one is not replaced, as in Go.
    if (end > copied || start === 0) {
      budget.spend(pattern.length + replacement.length);
      result.push(replacement);
    }
    copied = end;
    at = Math.max(end, at + 1);
    if (!all) break;
  }
  return result.join("") + text.slice(copied).join("");
}
