import { type Command, PROGRAM } from "../command.ts";
import { namedCommands, plain, type Spelling, spellings } from "./words.ts";

/** A completion for fish, to be put into its `completions` directory. */
export function fishCompletion(commands: readonly Command[]): string {
  const named = namedCommands(commands);
  const names = named.map(({ name }) => name).join(" ");
  const condition = ({ name }: Command) =>
    name === ""
      ? `not __fish_seen_subcommand_from ${names}`
      : `__fish_seen_subcommand_from ${name}`;
  const lines = [
    `# Completion of ${PROGRAM} for fish: ${PROGRAM} completion fish | source`,
    ...named.map(({ name, summary }) =>
      complete("__fish_use_subcommand", `-f -a ${name}`, summary)
    ),
    ...commands.flatMap((command) => [
      ...spellings(command).map((spelling) =>
        complete(condition(command), optionOf(spelling), spelling.option.help)
      ),
      ...(command.positionals.choices ?? []).map((choice) =>
        complete(condition(command), `-f -a ${choice}`)
      ),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function optionOf({ word, option }: Spelling): string {
  const name = word.startsWith("--")
    ? `-l ${word.slice(2)}`
    : `-s ${word.slice(1)}`;
  if (option.value === undefined) return `-f ${name}`;
  return option.choices.length === 0
    ? `-r ${name}`
    : `-x ${name} -a ${quote(option.choices.join(" "))}`;
}

function complete(condition: string, what: string, help?: string): string {
  const described = help === undefined ? "" : ` -d ${quote(plain(help))}`;
  return `complete -c ${PROGRAM} -n ${quote(condition)} ${what}${described}`;
}

/** A word in single quotes, as fish reads it. */
function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
