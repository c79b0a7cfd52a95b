import { SPOOL_PREFIX } from "../context/spool_store.ts";
import {
  NEW_PREFIX,
  removeOrphans,
  removeStale,
} from "../files/owned_directory.ts";
import { WORKPLACE_PREFIX } from "../source/git/workplace.ts";
import type { Logger } from "../telemetry/log.ts";

/**
 * Removes the files that workers which ended without cleaning up have left in
 * the directory for temporary files; those of living workers stay. A worker
 * that may not look there has never left anything. What fails is logged.
 */
export async function removeOrphanedFiles(
  parent: string,
  logger: Logger,
): Promise<void> {
  const onFailure = (path: string, error: unknown) =>
    logger.warning("Cannot remove what a worker that crashed has left", {
      path,
      error,
    });
  const options = { parent, onFailure };
  try {
    const removed = [
      ...await removeOrphans({ ...options, prefix: WORKPLACE_PREFIX }),
      ...await removeStale({ ...options, prefix: NEW_PREFIX }),
      ...await removeStale({ ...options, prefix: SPOOL_PREFIX }),
    ];
    if (removed.length === 0) return;
    logger.info("Removed what a worker that crashed has left", { removed });
  } catch (error) {
    const isAllowed = !(error instanceof Deno.errors.NotCapable);
    const level = isAllowed ? "warning" : "debug";
    logger[level]("Cannot remove what crashed workers have left", { error });
  }
}
