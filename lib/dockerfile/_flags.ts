import { quote } from "../text/quote.ts";
import type { FlagForm, Grammar } from "./_grammar.ts";
import type { Instruction } from "./_instruction.ts";
import { syntaxError } from "./_syntax_error.ts";

/**
 * Reads the flags of an instruction: the values of each, `""` for a switch that
 * is only named.
 *
 * @throws {DockerfileError} for a flag that it does not take in this form.
 */
export function readFlags(
  instruction: Instruction,
  { flags: known }: Grammar,
): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  if (known === undefined) return flags;
  for (const flag of instruction.flags) {
    const [name, value] = cutFlag(flag);
    const form = Object.hasOwn(known, name) ? known[name] : undefined;
    if (form === undefined) {
      throw syntaxError(instruction, `there is no flag ${quote(`--${name}`)}`);
    }
    checkFlag(instruction, { name, value, form });
    const values = flags.get(name) ?? [];
    if (values.length > 0 && form !== "values") {
      throw syntaxError(instruction, `the flag "--${name}" stands here twice`);
    }
    flags.set(name, [...values, value ?? ""]);
  }
  return flags;
}

function cutFlag(flag: string): [name: string, value: string | undefined] {
  const end = flag.indexOf("=");
  return end < 0
    ? [flag.slice(2), undefined]
    : [flag.slice(2, end), flag.slice(end + 1)];
}

function checkFlag(
  instruction: Instruction,
  flag: { name: string; value: string | undefined; form: FlagForm },
): void {
  const { name, value, form } = flag;
  if (form !== "switch") {
    if (value !== undefined) return;
    throw syntaxError(instruction, `the flag "--${name}" needs a value`);
  }
  if (value === undefined || /^(?:true|false)$/i.test(value)) return;
  throw syntaxError(
    instruction,
    `the flag "--${name}" is either true or false`,
  );
}
