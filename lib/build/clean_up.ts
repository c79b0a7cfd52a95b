import type { Logger } from "../telemetry/log.ts";
import { isStatus } from "./image_lookup.ts";

/**
 * Tries to take something back from the engine. What fails is logged, as it
 * fails no build; what is gone already, or in use by somebody else, is left.
 */
export async function attemptCleanUp(
  logger: Logger,
  remove: () => Promise<void>,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (isStatus(error, 404)) return;
    const level = isStatus(error, 409) ? "debug" : "warning";
    logger[level]("Cannot clean up after the build", { error });
  }
}
