/** A bar of so many columns, filled by a share from 0 to 1. */
export function progressBar(share: number, columns: number): string {
  const within = Math.min(1, Math.max(0, share));
  const filled = Math.floor(within * columns);
  return "█".repeat(filled) + "░".repeat(columns - filled);
}
