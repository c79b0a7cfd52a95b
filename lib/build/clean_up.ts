import { isEngineFailure } from "../engine/errors.ts";
import type { Logger } from "../telemetry/log.ts";
import { isStatus } from "./image_lookup.ts";

/** What {@linkcode attemptCleanUp} needs to know. */
export interface CleanUpOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Tries to take something back from the engine. What the engine refuses is
 * logged, as it fails no build; what is gone already, or in use by somebody
 * else, is left.
 *
 * @throws {EngineUnavailableError} when the engine is away, so that nothing
 * else can be taken back either
 * @throws the signal's reason when that aborts
 */
export async function attemptCleanUp(
  takeBack: () => Promise<void>,
  { logger, signal }: CleanUpOptions,
): Promise<void> {
  try {
    await takeBack();
  } catch (error) {
    const isAway = isEngineFailure(error) && error.kind === "unavailable";
    if (isAway || signal.aborted) throw error;
    if (isStatus(error, 404)) return;
    const level = isStatus(error, 409) ? "debug" : "warning";
    logger[level]("Cannot clean up after the build", { error });
  }
}
