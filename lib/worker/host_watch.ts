import { abortable } from "@std/async/abortable";
import { delay } from "@std/async/delay";
import { BuildFailure } from "../build/failure.ts";
import type { EngineClient } from "../engine/client.ts";
import type { Logger } from "../telemetry/log.ts";
import { DiskCheck, type DiskOptions } from "./_disk_check.ts";
import { findEngineTrouble } from "./_engine_check.ts";
import { Reminder } from "./_reminder.ts";
import type { Host, HostState, UnfitHost } from "./host.ts";
import type { WorkerObserver } from "./observer.ts";

export type { DiskOptions } from "./_disk_check.ts";

/** The pace of a {@linkcode HostWatch}; all in milliseconds. */
export interface HostWatchTimes {
  /** Between two looks while all is well. */
  readonly interval: number;
  /** Between two looks while the engine is away. */
  readonly retry: number;
  /** How long the engine may take for a sign of life. */
  readonly pingLimit: number;
  /** How long an engine may be silent before its builds are given up. */
  readonly patience: number;
  /** How long the engine may take to tell what it stores. */
  readonly diskLimit: number;
  /** Between two looks at a disk with enough room; each build looks anew. */
  readonly diskInterval: number;
  /** Between two warnings of the same trouble. */
  readonly reminder: number;
}

/**
 * An engine that went away is noticed within 15 seconds, and its return within
 * one. A busy engine may be silent for a while: a build is given up after a
 * minute, as long as the manager waits for a worker that is silent.
 */
export const DEFAULT_TIMES: HostWatchTimes = {
  interval: 10_000,
  retry: 1_000,
  pingLimit: 5_000,
  patience: 60_000,
  diskLimit: 20_000,
  diskInterval: 60_000,
  reminder: 60_000,
};

/** What a {@linkcode HostWatch} needs to know. */
export interface HostWatchOptions {
  readonly engine: EngineClient;
  readonly disk: DiskOptions;
  readonly logger: Logger;
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
  #lost = new AbortController();
  #awaySince: number | undefined;

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
      validity: this.#times.diskInterval,
      reclaim: async (signal) => await options.reclaim?.(signal),
      onMeasured: (state) => observer?.onDisk?.(state),
    });
    this.#watching = this.#watch();
  }

  get unfit(): AbortSignal {
    return this.#unfit.signal;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Looks at the engine, and afresh at its disk. */
  async look(): Promise<HostState> {
    // One that is under way may have begun before what this is to find out.
    await this.#looking;
    this.#disk.expire();
    return await this.#look();
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
    const limit = this.#times.pingLimit;
    const reason = await findEngineTrouble(this.#options.engine, {
      limit,
      signal,
    });
    if (reason !== undefined) {
      this.#reminder.warn(`Taking no builds: ${reason}`);
      return { kind: "engine_away", reason };
    }
    const trouble = await this.#disk.findTrouble(signal);
    if (trouble !== undefined) {
      const { reason, free } = trouble;
      this.#reminder.warn(`Taking no builds: ${reason}`, { free });
      return { kind: "disk_full", reason };
    }
    this.#reminder.settle("The engine is fit for builds again");
    return { kind: "fit" };
  }

  #take(state: HostState): void {
    this.#takeEngine(state);
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

  #takeEngine(state: HostState): void {
    const { observer } = this.#options;
    const now = performance.now();
    if (state.kind !== "engine_away") {
      if (this.#awaySince !== undefined || this.#state === undefined) {
        observer?.onEngine?.(true);
      }
      this.#awaySince = undefined;
      if (this.#lost.signal.aborted) this.#lost = new AbortController();
      return;
    }
    const { reason } = state;
    if (this.#awaySince === undefined) observer?.onEngine?.(false, reason);
    this.#awaySince ??= now;
    if (now - this.#awaySince < this.#times.patience) return;
    this.#lost.abort(
      new BuildFailure(
        "docker_connect_error",
        `The build worker has lost its Docker engine: ${reason}`,
      ),
    );
  }
}
