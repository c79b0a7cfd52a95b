const UNITS: readonly (readonly [number, string])[] = [
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

/** A duration in milliseconds as people write it: `90 s`, `10 min`, `2 h`. */
export function formatDuration(milliseconds: number): string {
  const [factor, unit] =
    UNITS.find(([factor]) => milliseconds % factor === 0) ?? [1, "ms"];
  return `${milliseconds / factor} ${unit}`;
}
