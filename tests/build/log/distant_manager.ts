import { delay } from "@std/async/delay";
import type { LogEntry, Phase } from "../../../lib/manager/manager.ts";

/** What a {@linkcode DistantManager} was told. */
export interface ToldEntry {
  readonly phase: Phase;
  readonly entry: LogEntry;
  /** By `performance.now()`, when the call arrived. */
  readonly at: number;
}

/** The receiving end of a log, as far away as `latency` milliseconds. */
export class DistantManager {
  readonly told: ToldEntry[] = [];
  /** Most calls that were there at one time. */
  mostInFlight = 0;
  /** What it answers. */
  answer: () => boolean | Promise<boolean> = () => true;
  #inFlight = 0;
  readonly #latency: number;

  constructor(latency = 0) {
    this.#latency = latency;
  }

  readonly send = async (
    phase: Phase,
    entry: LogEntry,
    signal: AbortSignal,
  ): Promise<boolean> => {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    try {
      if (this.#latency > 0) await delay(this.#latency, { signal });
      this.told.push({ phase, entry, at: performance.now() });
      return await this.answer();
    } finally {
      this.#inFlight--;
    }
  };

  get entries(): LogEntry[] {
    return this.told.map(({ entry }) => entry);
  }

  /** All output, joined. */
  get text(): string {
    return this.entries.map(({ stream = "" }) => stream).join("");
  }

  /** The progress bars as the manager shows them, by layer. */
  get bars(): Map<string, number> {
    const bars = new Map<string, number>();
    for (const { id, progressDetail } of this.entries) {
      if (id === undefined || progressDetail === undefined) continue;
      bars.set(id, progressDetail.current / progressDetail.total);
    }
    return bars;
  }

  /** The steps that the manager saw: it looks for one in each entry. */
  get steps(): number[] {
    return this.entries.flatMap(({ stream = "" }) => {
      const step = /Step (\d+)\/\d+ :/.exec(stream)?.[1];
      return step === undefined ? [] : [Number(step)];
    });
  }
}
