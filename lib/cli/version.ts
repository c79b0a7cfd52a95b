import { COMMIT, VERSION } from "../version.ts";
import { PROGRAM } from "./command.ts";

/** What `--version` prints: of the program, its commit, and its runtime. */
export function versionText(): string {
  return `${PROGRAM} ${VERSION} (commit ${COMMIT}, Deno ${Deno.version.deno})\n`;
}
