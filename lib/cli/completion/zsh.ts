import { type Command, PROGRAM } from "../command.ts";
import { namedCommands, plain, shellQuote, spellings } from "./words.ts";

/** A completion for zsh, to be put into its `fpath` or evaluated. */
export function zshCompletion(commands: readonly Command[]): string {
  const named = namedCommands(commands);
  return `#compdef ${PROGRAM}
# Completion of ${PROGRAM} for zsh: source <(${PROGRAM} completion zsh)
_quay_builder() {
  local -a commands
  commands=(
${
    named.map(({ name, summary }) =>
      `    ${shellQuote(`${name}:${plain(summary)}`)}`
    ).join("\n")
  }
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe -t commands command commands
    return
  fi
  case $words[2] in
${commands.filter(({ name }) => name !== "").map(commandCase).join("\n")}
    *)
${argumentsOf(commands.find(({ name }) => name === ""))}
      ;;
  esac
}
(( $+functions[compdef] )) && compdef _quay_builder ${PROGRAM}
`;
}

function commandCase(command: Command): string {
  return `    ${command.name})
      shift words
      (( CURRENT-- ))
${argumentsOf(command)}
      ;;`;
}

function argumentsOf(command: Command | undefined): string {
  if (!command) return "      _default";
  const options = spellings(command).map(({ word, option }) => {
    const { value, choices, help, repeats } = option;
    const explained = `[${escape(plain(help), "[]")}]`;
    const mark = repeats ? "*" : "";
    if (value === undefined) return `${mark}${word}${explained}`;
    const action = choices.length === 0 ? "_files" : `(${choices.join(" ")})`;
    const equals = word.startsWith("--") ? "=" : "+";
    return `${mark}${word}${equals}${explained}:${
      escape(value, ":")
    }:${action}`;
  });
  const { most, choices } = command.positionals;
  const positionals = most === 0
    ? []
    : [choices ? `1:argument:(${choices.join(" ")})` : "*:file:_files"];
  return [
    "      _arguments",
    ...[...options, ...positionals].map((spec) =>
      `        ${shellQuote(spec)}`
    ),
  ].join(" \\\n");
}

function escape(text: string, characters: string): string {
  return [...text].map((character) =>
    characters.includes(character) || character === "\\"
      ? `\\${character}`
      : character
  ).join("");
}
