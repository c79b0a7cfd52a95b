import type { Command } from "../command.ts";
import { allOptions, type CommandLineOption } from "../options.ts";

/** One way to write an option, as shells complete it. */
export interface Spelling {
  /** With its dashes: `--docker-host`, `--no-git-allow-file`, `-h`. */
  readonly word: string;
  readonly option: CommandLineOption;
}

/** Every way to write an option of a command. */
export function spellings(command: Command): Spelling[] {
  return allOptions(command).flatMap((option) => {
    const { name, letter, setting, value } = option;
    const words = [`--${name}`];
    if (setting && value === undefined) words.push(`--no-${name}`);
    if (letter !== undefined) words.push(`-${letter}`);
    return words.map((word) => ({ word, option }));
  });
}

/** The commands that have a name. */
export function namedCommands(commands: readonly Command[]): Command[] {
  return commands.filter(({ name }) => name !== "");
}

/** One line of help without the marks of code, for shells that show it. */
export function plain(help: string): string {
  return help.replaceAll("`", "").replaceAll(/\s+/g, " ");
}

/** A word in single quotes, as bash and zsh read it. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
