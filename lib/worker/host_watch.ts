import { abortable } from "@std/async/abortable";
import { delay } from "@std/async/delay";
import type { EngineClient } from "../engine/client.ts";
import { EngineUnavailableError, isEngineFailure } from "../engine/errors.ts";
import type { Logger } from "../telemetry/log.ts";
import { withTimeLimit } from "../time/time_limit.ts";
import { TimeLimitError } from "../time/watchdog.ts";
import {
  DiskCheck,
  type DiskOptions,
  type DiskTrouble,
} from "./_disk_check.ts";
import { EngineAbsence } from "./_engine_absence.ts";
import { findEngineTrouble } from "./_engine_check.ts";
import { Reminder } from "./_reminder.ts";
import type { Host, HostState, UnfitHost } from "./host.ts";
import { DEFAULT_TIMES, type HostWatchTimes } from "./host_watch_times.ts";
import type { WorkerObserver } from "./observer.ts";

export type { DiskOptions } from "./_disk_check.ts";

/** What a {@linkcode HostWatch} needs to know. */
export interface HostWatchOptions {
  readonly engine: EngineClient;
  readonly disk: DiskOptions;
  readonly logger: Logger;
  /**
   * Takes back what could not be while the engine was away, before builds run
   * on it again.
   */
  readonly catchUp?: (signal: AbortSignal) => Promise<void>;
  /** Takes away what the worker itself left or kept, to make room. */
  readonly reclaim?: (signal: AbortSignal) => Promise<void>;
  readonly observer?: WorkerObserver | undefined;
  /** Default: {@linkcode DEFAULT_TIMES}. */
  readonly times?: Partial<HostWatchTimes> | undefined;
}

/**
 * Keeps an eye on the engine and its disk for all builders of a process, by one
 * small request every few seconds, and warns of what is wrong.
 */
export class HostWatch implements Host, AsyncDisposable {
  readonly #options: HostWatchOptions;
  readonly #times: HostWatchTimes;
  readonly #disk: DiskCheck;
  readonly #reminder: Reminder;
  readonly #closed = new AbortController();
  readonly #watching: Promise<void>;
  #looking: Promise<HostState> | undefined;
  #looked = Promise.withResolvers<void>();
  #state: HostState | undefined;
  #unfit = new AbortController();
  readonly #absence: EngineAbsence;

  /** Begins to watch. */
  constructor(options: HostWatchOptions) {
    const { engine, disk, logger, observer } = options;
    this.#options = options;
    this.#times = { ...DEFAULT_TIMES, ...options.times };
    this.#reminder = new Reminder(logger, this.#times.reminder);
    this.#disk = new DiskCheck(engine, {
      ...disk,
      logger,
      limit: this.#times.diskLimit,
      reclaimLimit: this.#times.cleanUpLimit,
      validity: this.#times.diskInterval,
      reclaim: async (signal) => await options.reclaim?.(signal),
      onMeasured: (state) => observer?.onDisk?.(state),
    });
    this.#absence = new EngineAbsence({
      patience: this.#times.patience,
      onChange: (isThere, reason) => observer?.onEngine?.(isThere, reason),
    });
    this.#watching = this.#watch();
  }

  get unfit(): AbortSignal {
    return this.#unfit.signal;
  }

  get lost(): AbortSignal {
    return this.#absence.lost;
  }

  /** Looks at the engine, and afresh at its disk. */
  async look(): Promise<HostState> {
    // One that is under way may have begun before what this is to find out.
    await this.#looking;
    this.#disk.expire();
    return await this.#look();
  }

  async answers(): Promise<boolean> {
    return await this.#ping(this.#closed.signal) === undefined;
  }

  async untilFit(
    onWait: (state: UnfitHost) => void,
    signal: AbortSignal,
  ): Promise<void> {
    while (this.#state?.kind !== "fit") {
      if (this.#state !== undefined) onWait(this.#state);
      await abortable(this.#looked.promise, signal);
    }
  }

  /** Stops watching. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new DOMException("The watch is over", "AbortError"));
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    try {
      while (true) {
        const { kind } = await this.#look();
        const { interval, retry } = this.#times;
        await delay(kind === "engine_away" ? retry : interval, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Looks; whoever wants to meanwhile shares the look. */
  #look(): Promise<HostState> {
    return this.#looking ??= this.#examine()
      .then((state) => {
        this.#take(state);
        return state;
      })
      .finally(() => this.#looking = undefined);
  }

  async #examine(): Promise<HostState> {
    const { signal } = this.#closed;
    const began = performance.now();
    let reason = await this.#findEngineTrouble(signal);
    let trouble: DiskTrouble | undefined;
    try {
      if (reason === undefined) trouble = await this.#disk.findTrouble(signal);
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      reason = error.detail;
    }
    this.#absence.take(reason, began);
    if (reason !== undefined) {
      this.#reminder.warn(`Taking no builds: ${reason}`);
      return { kind: "engine_away", reason };
    }
    if (trouble !== undefined) {
      const { reason, free } = trouble;
      this.#reminder.warn(`Taking no builds: ${reason}`, { free });
      return { kind: "disk_full", reason };
    }
    this.#reminder.settle("The engine is fit for builds again");
    return { kind: "fit" };
  }

  async #findEngineTrouble(signal: AbortSignal): Promise<string | undefined> {
    const { catchUp, logger } = this.#options;
    const { cleanUpLimit } = this.#times;
    const reason = await this.#ping(signal);
    if (reason !== undefined || catchUp === undefined) return reason;
    try {
      await withTimeLimit(catchUp, { limit: cleanUpLimit, signal });
    } catch (error) {
      if (isEngineFailure(error)) return error.detail;
      if (!(error instanceof TimeLimitError)) throw error;
      logger.debug("Cannot clean up in time, going on meanwhile", { error });
    }
    return undefined;
  }

  #ping(signal: AbortSignal): Promise<string | undefined> {
    const { pingLimit: limit } = this.#times;
    return findEngineTrouble(this.#options.engine, { limit, signal });
  }

  #take(state: HostState): void {
    const before = this.#state;
    this.#state = state;
    if (state.kind === "fit" && before?.kind !== "fit") {
      this.#unfit = new AbortController();
    } else if (state.kind !== "fit") {
      this.#unfit.abort();
    }
    this.#looked.resolve();
    this.#looked = Promise.withResolvers();
  }
}
