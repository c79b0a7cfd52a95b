/** Options of {@linkcode quote}. */
export interface QuoteOptions {
  /** Longest value that is shown whole, in UTF-16 code units. Default 100. */
  readonly longest?: number;
}

/** A value as messages show it: in quotes, escaped, and cut where it is long. */
export function quote(
  value: string,
  { longest = 100 }: QuoteOptions = {},
): string {
  return JSON.stringify(
    value.length > longest ? `${value.slice(0, longest)}…` : value,
  );
}
