import type { Instruction } from "./_instruction.ts";
import { DockerfileError } from "./error.ts";

/** The error that says what is wrong with the form of an instruction. */
export function syntaxError(
  { keyword, line }: Pick<Instruction, "keyword" | "line">,
  reason: string,
): DockerfileError {
  return new DockerfileError("syntax", `${keyword}: ${reason}`, { line });
}
