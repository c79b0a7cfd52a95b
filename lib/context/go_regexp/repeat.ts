import type { Step } from "./automaton.ts";
import type { Read } from "./escape.ts";
import { PatternError } from "./pattern_error.ts";

/** Times that Go allows one thing to be repeated. */
const MAX_REPEAT = 1000;

/** How often something is to be there. */
export interface Repeat {
  readonly least: number;
  /** `undefined`: without end. */
  readonly most: number | undefined;
}

/**
 * Reads `{n}`, `{n,}` or `{n,m}` at `at`; any other `{` is a character.
 *
 * @throws {PatternError} when Go would not compile it.
 */
export function readRepeat(
  source: string,
  at: number,
): Read<Repeat> | undefined {
  if (source[at] !== "{") return undefined;
  const [whole, low, comma, high] =
    /^\{(0|[1-9][0-9]*)(,?)(0|[1-9][0-9]*|)\}/.exec(source.slice(at)) ?? [];
  if (whole === undefined || (comma === "" && high !== "")) return undefined;
  const least = Number(low);
  const most = comma === "" ? least : high === "" ? undefined : Number(high);
  if (Math.max(least, most ?? 0) > MAX_REPEAT || least > (most ?? least)) {
    throw new PatternError(`"${whole}" repeats too often, write "\\{"`);
  }
  return { value: { least, most }, next: at + whole.length };
}

/** Steps that take what one thing takes, as often as it is to be there. */
export function repeated(atom: readonly Step[], repeat: Repeat): Step[] {
  const { least, most } = repeat;
  const result = Array.from({ length: least }, () => atom).flat();
  if (most !== undefined) {
    const optional: Step = { kind: "optional", steps: atom.length };
    const maybe = [optional, ...atom];
    return [
      ...result,
      ...Array.from({ length: most - least }, () => maybe).flat(),
    ];
  }
  const endless = atom.map((step): Step =>
    step.kind === "one" ? { kind: "many", accepts: step.accepts } : step
  );
  return [...result, ...endless];
}
