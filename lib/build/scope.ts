import type { EngineClient } from "../engine/client.ts";
import type { BuildReporter, Phase, PhaseStatus } from "../manager/manager.ts";
import type { Logger } from "../telemetry/log.ts";
import { buildCancelled } from "./failure.ts";
import type { ImageLedger } from "./image_ledger.ts";
import type { BuildLog } from "./log/build_log.ts";
import type { BuildRequest } from "./request.ts";
import { type FailedTry, withRetries } from "./retry.ts";

/** What a {@linkcode BuildScope} is made of. */
export interface BuildScopeParts {
  readonly request: BuildRequest;
  readonly reporter: BuildReporter;
  readonly engine: EngineClient;
  readonly log: BuildLog;
  readonly ledger: ImageLedger;
  readonly logger: Logger;
  /** Aborts the build, whichever phase runs. */
  readonly signal: AbortSignal;
}

/** What every phase of one build works with. Disposing ends the last phase. */
export class BuildScope implements Disposable {
  readonly request: BuildRequest;
  readonly reporter: BuildReporter;
  readonly engine: EngineClient;
  readonly log: BuildLog;
  readonly ledger: ImageLedger;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  #began = performance.now();
  #phase: Phase | undefined;

  constructor(parts: BuildScopeParts) {
    this.request = parts.request;
    this.reporter = parts.reporter;
    this.engine = parts.engine;
    this.log = parts.log;
    this.ledger = parts.ledger;
    this.logger = parts.logger;
    this.signal = parts.signal;
  }

  /** The full name of the build's repository: `host/namespace/name`. */
  get repository(): string {
    return `${this.request.registry}/${this.request.repository}`;
  }

  /**
   * Begins a phase, once the log of the one before has arrived.
   *
   * @throws {BuildFailure} `client_rejected_transition` when the manager wants
   * no more of this build
   */
  async enter(phase: Phase, status: PhaseStatus = {}): Promise<void> {
    this[Symbol.dispose]();
    await this.log.beginPhase(phase);
    const goOn = await this.reporter.enterPhase(phase, status, this.signal);
    if (!goOn) throw buildCancelled();
    this.logger.info(`Phase ${phase} begins`);
    this.#phase = phase;
    this.#began = performance.now();
  }

  [Symbol.dispose](): void {
    if (this.#phase === undefined) return;
    const seconds = Math.round(performance.now() - this.#began) / 1000;
    this.logger.info(`Phase ${this.#phase} ended`, { seconds });
    this.#phase = undefined;
  }

  /** Runs a pull or a push, again where that can help; the log tells of it. */
  transfer<T>(subject: string, run: () => Promise<T>): Promise<T> {
    return withRetries(run, {
      signal: this.signal,
      onRetry: ({ error, left, wait }: FailedTry) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.warning(`Cannot ${subject} yet`, { error });
        return this.log.remark(
          `${reason}\nTrying again in ${wait / 1000} s (${left} left)`,
        );
      },
    });
  }
}
