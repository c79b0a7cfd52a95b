import { PROGRAM } from "./command.ts";

/** The program was called in a way that it does not know. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /**
   * @param detail what is wrong, as it reads after the program's name
   * @param command the command that was called, whose help says more
   */
  constructor(detail: string, command = "") {
    const help = [PROGRAM, command, "--help"].filter((word) => word !== "");
    super(`${detail}\nRun "${help.join(" ")}" for what there is`);
  }
}
