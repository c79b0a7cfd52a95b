import type { Command, ParsedArgs } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { helpText } from "./help_text.ts";
import { print } from "./print.ts";
import { outputWidth } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** The command `help`: explains the program, or the command that is named. */
export async function help(
  { positionals: [name = ""] }: ParsedArgs,
  commands: readonly Command[],
): Promise<number> {
  const command = commands.find((command) => command.name === name);
  if (!command) throw new UsageError(`There is no command "${name}"`, "help");
  await printHelp(command, commands);
  return EXIT_CODES.done;
}

/** Prints the help text of a command, fitted to the terminal. */
export async function printHelp(
  command: Command,
  commands: readonly Command[],
): Promise<void> {
  await print(helpText(command, commands, { width: outputWidth() }));
}
