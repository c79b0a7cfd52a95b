/** Writes a table to standard output: a title, then a row for each case. */
export function printTable(
  title: string,
  rows: readonly Readonly<Record<string, string>>[],
): void {
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")
      .trimEnd();
  const lines = [
    title,
    line(columns),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
  ];
  const text = new TextEncoder().encode(`${lines.join("\n")}\n\n`);
  Deno.stdout.writeSync(text);
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * The shortest time that each of several works takes, in milliseconds. They
 * take turns, so that what else the machine does meets all of them alike.
 */
export async function bestOf(
  rounds: number,
  works: readonly (() => unknown)[],
): Promise<number[]> {
  const best = works.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      best[index] = Math.min(best[index] ?? Infinity, await timed(work));
    }
  }
  return best;
}
