import { Budget } from "./_budget.ts";
import { type LexedText, ShellLexer } from "./_shell_lexer.ts";
import { SubstitutionError } from "./_substitution_error.ts";
import { trimSpaceStart } from "./_white_space.ts";

/** A document that stands in the lines after an instruction. */
export interface Heredoc {
  /** The line that ends it. */
  readonly name: string;
  /** Whether tabs before that line do not count (`<<-`). */
  readonly ignoresTabs: boolean;
}

/**
 * Finds the heredocs that an instruction announces, as BuildKit 0.34 does. A
 * line whose quotes do not end announces none.
 */
export function findHeredocs(line: string): Heredoc[] {
  if (!line.includes("<<")) return [];
  const words = lex(line, "all")?.words ?? [];
  return words.map(parseHeredoc).filter((heredoc) => heredoc !== undefined);
}

function parseHeredoc(word: string): Heredoc | undefined {
  const [operator] = /^\d*<<-?/.exec(word) ?? [];
  if (operator === undefined) return undefined;
  const rest = trimSpaceStart(word.slice(operator.length));
  if (rest === "" || rest.includes("<")) return undefined;
  const [name, ...others] = lex(rest, "unset")?.words ?? [];
  if (name === undefined || others.length > 0) return undefined;
  return { name, ignoresTabs: operator.endsWith("-") };
}

/** Whether a line ends a heredoc. */
export function endsHeredoc(line: string, heredoc: Heredoc): boolean {
  const text = heredoc.ignoresTabs ? line.replace(/^\t+/, "") : line;
  return text === heredoc.name;
}

/** The escape is `\` here even where a directive names another. */
function lex(source: string, keeps: "unset" | "all"): LexedText | undefined {
  try {
    return new ShellLexer(source, {
      escape: "\\",
      variables: new Map(),
      budget: new Budget(),
      keeps,
    }).read();
  } catch (error) {
    if (error instanceof SubstitutionError) return undefined;
    throw error;
  }
}
