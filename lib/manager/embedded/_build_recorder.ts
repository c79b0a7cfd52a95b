import type {
  BuildOutcome,
  BuildReport,
  CacheTagCall,
  LogRecord,
  PhaseRecord,
} from "./build_report.ts";
import { PHASES } from "../manager.ts";
import type { Told } from "./_worker_message.ts";

/** Keeps what a worker tells about one build. */
export class BuildRecorder {
  readonly #realm: string;
  readonly #violate: (message: string) => void;
  readonly #startedAt = Date.now();
  readonly #phases: PhaseRecord[] = [];
  readonly #log: LogRecord[] = [];
  readonly #cacheTagCalls: CacheTagCall[] = [];
  #calls = 0;
  #peakCalls = 0;

  /** `violate` is told of what comes out of order. */
  constructor(realm: string, violate: (message: string) => void) {
    this.#realm = realm;
    this.#violate = violate;
  }

  /** Takes down that a phase begins. */
  addPhase(told: Told & { kind: "phase" }): PhaseRecord {
    const { phase, statusData } = told;
    const record: PhaseRecord = { phase, statusData, at: Date.now() };
    const before = this.#phases.at(-1)?.phase;
    this.#phases.push(record);
    if (before && PHASES.indexOf(phase) <= PHASES.indexOf(before)) {
      this.#violate(`Phase "${phase}" after "${before}"`);
    }
    return record;
  }

  /** Takes down a log entry. */
  addEntry(told: Told & { kind: "log" }): LogRecord {
    const { phase, entry } = told;
    const record: LogRecord = { phase, entry, at: Date.now() };
    const current = this.#phases.at(-1)?.phase;
    this.#log.push(record);
    if (phase !== current) {
      this.#violate(
        `Log entry of phase "${phase}" in phase "${current ?? "(none)"}"`,
      );
    }
    return record;
  }

  addCacheTagCall(call: CacheTagCall): void {
    this.#cacheTagCalls.push(call);
  }

  /** Counts a call while it waits for its answer. */
  async count<T>(answer: () => Promise<T>): Promise<T> {
    this.#calls++;
    this.#peakCalls = Math.max(this.#peakCalls, this.#calls);
    try {
      return await answer();
    } finally {
      this.#calls--;
    }
  }

  report(outcome: BuildOutcome): BuildReport {
    return {
      ...outcome,
      realm: this.#realm,
      startedAt: this.#startedAt,
      endedAt: Date.now(),
      phases: this.#phases,
      log: this.#log,
      cacheTagCalls: this.#cacheTagCalls,
      peakCalls: this.#peakCalls,
    };
  }
}
