import { delay } from "@std/async/delay";
import type { Logger } from "../telemetry/log.ts";
import type { BuilderState, WorkerObserver } from "./observer.ts";
import type { WorkerEnd } from "./worker.ts";

/** One of several builders of a process. */
export interface Builder {
  /** Its number, from 1. */
  readonly number: number;
  /** Names the builder in each line, where there are several. */
  readonly logger: Logger;
  /** Takes each change of its state. */
  readonly onState: (state: BuilderState) => void;
}

/** What {@linkcode runBuilders} needs to know. */
export interface BuildersOptions {
  readonly count: number;
  /** Lives one builder's life. */
  readonly run: (builder: Builder) => Promise<WorkerEnd>;
  readonly logger: Logger;
  readonly observer?: WorkerObserver | undefined;
  /** Asks all builders to leave. */
  readonly drain: AbortSignal;
}

/** Before a builder that failed in a way nobody expected begins anew. */
const PAUSE = 10_000;

/**
 * Runs builders side by side, each with a session of its own: what happens to
 * one is nothing to the others.
 *
 * @returns how they ended: the worst of all ends
 */
export async function runBuilders(
  options: BuildersOptions,
): Promise<WorkerEnd> {
  const { count, logger, observer } = options;
  const ends = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const number = index + 1;
      return count === 1
        ? options.run(builder(number, logger, observer))
        : runForEver(
          builder(number, logger.with({ builder: number }), observer),
          options,
        );
    }),
  );
  return ends.find(({ kind }) => kind === "refused") ??
    ends.find(({ kind }) => kind === "cancelled") ?? { kind: "done" };
}

function builder(
  number: number,
  logger: Logger,
  observer: WorkerObserver | undefined,
): Builder {
  return {
    number,
    logger,
    onState: (state) => observer?.onBuilder?.(number, state),
  };
}

/** A single builder's crash would end the process, and all others with it. */
async function runForEver(
  builder: Builder,
  { run, drain }: BuildersOptions,
): Promise<WorkerEnd> {
  while (true) {
    try {
      return await run(builder);
    } catch (error) {
      builder.logger.error("The builder failed, and begins anew", { error });
      if (drain.aborted) return { kind: "done" };
      await delay(PAUSE, { signal: drain }).catch(() => {});
    }
  }
}
