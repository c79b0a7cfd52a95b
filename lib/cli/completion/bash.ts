import { type Command, PROGRAM } from "../command.ts";
import { namedCommands, shellQuote, spellings } from "./words.ts";

/** A completion for bash (3.2 and newer), which needs nothing installed. */
export function bashCompletion(commands: readonly Command[]): string {
  const named = namedCommands(commands);
  return `# Completion of ${PROGRAM} for bash: source <(${PROGRAM} completion bash)
_quay_builder() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' words=''
  # Bash takes --name=value apart at the equals sign.
  if [ "$current" = "=" ]; then
    current=
  elif [ "$previous" = "=" ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if [ "$COMP_CWORD" -gt 1 ]; then
    case \${COMP_WORDS[1]} in
      ${named.map(({ name }) => name).join(" | ")}) command=\${COMP_WORDS[1]} ;;
    esac
  fi
  COMPREPLY=()
  case "$command $previous" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case $command in
${commands.map((command) => wordCase(command, named)).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _quay_builder ${PROGRAM}
`;
}

/** After an option that takes a value come its choices, or files. */
function valueCases(command: Command): string[] {
  return spellings(command)
    .filter(({ option }) => option.value !== undefined)
    .map(({ word, option: { choices } }) => {
      const label = shellQuote(`${command.name} ${word}`);
      const reply = choices.length === 0
        ? "return"
        : `COMPREPLY=($(compgen -W ${
          shellQuote(choices.join(" "))
        } -- "$current")); return`;
      return `    ${label}) ${reply} ;;`;
    });
}

function wordCase(command: Command, named: readonly Command[]): string {
  const words = [
    ...command.name === "" ? named.map(({ name }) => name) : [],
    ...command.positionals.choices ?? [],
    ...spellings(command).map(({ word }) => word),
  ];
  return `    ${shellQuote(command.name)}) words=${
    shellQuote(words.join(" "))
  } ;;`;
}
