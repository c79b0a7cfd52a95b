import type { Command, ParsedArgs } from "./command.ts";
import { bashCompletion } from "./completion/bash.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";

const SHELLS = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} as const;

/** The command `completion`: prints a script that teaches a shell the program. */
export async function completion(
  { positionals: [shell] }: ParsedArgs,
  commands: readonly Command[],
): Promise<number> {
  const known = Object.keys(SHELLS) as (keyof typeof SHELLS)[];
  const found = known.find((name) => name === shell);
  if (!found) {
    throw new UsageError(
      `Cannot print a completion without the name of a shell: expected one of ${
        known.join(", ")
      }`,
      "completion",
    );
  }
  await print(SHELLS[found](commands));
  return EXIT_CODES.done;
}
