/** Characters. */
const LONGEST_SHOWN = 100;

/** A value as messages show it: in quotes, escaped, and cut where it is long. */
export function quote(value: string): string {
  return JSON.stringify(
    value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value,
  );
}
