import { COMMIT, VERSION } from "../version.ts";
import { PROGRAM } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { print } from "./print.ts";

/** The command `version`, and `--version` of any: its own, its commit's, and Deno's. */
export async function version(): Promise<number> {
  await print(
    `${PROGRAM} ${VERSION} (commit ${COMMIT}, Deno ${Deno.version.deno})\n`,
  );
  return EXIT_CODES.done;
}
