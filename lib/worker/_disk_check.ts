import type { EngineClient } from "../engine/client.ts";
import { isEngineFailure } from "../engine/errors.ts";
import type { Logger } from "../telemetry/log.ts";
import { withTimeLimit } from "../time/time_limit.ts";
import { TimeLimitError } from "../time/watchdog.ts";
import { measureFreeSpace } from "./disk.ts";
import type { DiskState } from "./observer.ts";

/** How full the engine's disk may get. */
export interface DiskOptions {
  /** Bytes that shall be free; 0: never mind. */
  readonly floor: number;
  /** Size of the engine's disk in bytes, where the engine does not tell. */
  readonly size?: number | undefined;
}

/** What a {@linkcode DiskCheck} needs to know. */
export interface DiskCheckOptions extends DiskOptions {
  readonly logger: Logger;
  /** How long one measurement may take, in milliseconds. */
  readonly limit: number;
  /** How long making room may take, in milliseconds. */
  readonly reclaimLimit: number;
  /** For how long a measurement with enough room holds, in milliseconds. */
  readonly validity: number;
  /** Makes room by taking away what the worker itself left or kept. */
  reclaim(signal: AbortSignal): Promise<void>;
  /** Told after each measurement. */
  onMeasured(state: DiskState): void;
}

/** A disk that is too full. */
export interface DiskTrouble {
  /** What is missing and what to do. */
  readonly reason: string;
  /** What there is, for people. */
  readonly free: string;
}

/** Keeps an eye on the free space of the engine's disk. */
export class DiskCheck {
  readonly #engine: EngineClient;
  readonly #options: DiskCheckOptions;
  /** Until when nobody needs to look again. */
  #validUntil = -Infinity;
  #isUnknown = false;

  constructor(engine: EngineClient, options: DiskCheckOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Lets the next look be a fresh one. */
  expire(): void {
    this.#validUntil = -Infinity;
  }

  /**
   * Looks whether there is room, and makes some where there is not.
   *
   * @returns `undefined` when there is enough, or nobody knows
   * @throws {EngineUnavailableError} when the engine has gone away
   */
  async findTrouble(signal: AbortSignal): Promise<DiskTrouble | undefined> {
    const { floor, validity } = this.#options;
    if (floor === 0 || performance.now() < this.#validUntil) return undefined;
    let free = await this.#measure(signal);
    if (free !== undefined && free < floor) {
      await this.#reclaim(signal);
      free = await this.#measure(signal);
    }
    if (free === undefined || free >= floor) {
      this.#validUntil = performance.now() + validity;
      return undefined;
    }
    return {
      reason:
        `the engine's disk has less free space than the ${formatSize(floor)} ` +
        "of DISK_FLOOR: remove images and containers that are of no use there",
      free: formatSize(free),
    };
  }

  async #measure(signal: AbortSignal): Promise<number | undefined> {
    const { floor, size, limit, onMeasured } = this.#options;
    const free = await withTimeLimit(
      (signal) => measureFreeSpace(this.#engine, { size, signal }),
      { limit, signal },
    ).catch((error) => this.#withoutAnswer(error));
    if (free === undefined) this.#tellOnce();
    onMeasured({ free, floor });
    return free;
  }

  async #reclaim(signal: AbortSignal): Promise<void> {
    const { reclaim, reclaimLimit: limit } = this.#options;
    await withTimeLimit(reclaim, { limit, signal })
      .catch((error) => this.#withoutAnswer(error));
  }

  /** An engine that cannot tell has no lack of space. */
  #withoutAnswer(error: unknown): undefined {
    const isAnswer = isEngineFailure(error) && error.kind !== "unavailable";
    if (!isAnswer && !(error instanceof TimeLimitError)) throw error;
    this.#options.logger.debug("Cannot see to the free space", { error });
  }

  #tellOnce(): void {
    if (this.#isUnknown) return;
    this.#isUnknown = true;
    this.#options.logger.info(
      "The engine does not tell how much space its disk has left, " +
        "so DISK_FLOOR has no effect: set DISK_SIZE",
    );
  }
}

/** Bytes, for people. */
function formatSize(bytes: number): string {
  return bytes < 2 ** 30
    ? `${(bytes / 2 ** 20).toFixed(1)} MiB`
    : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
