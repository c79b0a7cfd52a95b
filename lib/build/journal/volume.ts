/**
 * A journal is a volume on the engine, always empty: its name tells whose it is
 * and which state, its label holds the entry. So it is where the images are, is
 * written by one request and needs nothing of the worker's own machine.
 */

/** How the names of journals begin. */
export const JOURNAL_PREFIX = "quay-builder-journal-";

/** The label that holds the entry. */
export const ENTRY_LABEL = "quay-builder.entry";

/** What a journal's name tells. */
export interface JournalName {
  /** The worker's own ID. */
  readonly owner: string;
  /** Counts up for as long as the worker lives. */
  readonly beat: number;
}

/** Writes a journal's name. */
export function formatJournalName({ owner, beat }: JournalName): string {
  return `${JOURNAL_PREFIX}${owner}.${beat}`;
}

/** Reads a journal's name; `undefined` for another volume's. */
export function parseJournalName(name: string): JournalName | undefined {
  const [, owner, beat] = /^quay-builder-journal-([0-9a-f-]+)\.(\d+)$/.exec(
    name,
  ) ?? [];
  if (owner === undefined) return undefined;
  return { owner, beat: Number(beat) };
}
