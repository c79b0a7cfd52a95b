import type { EngineClient } from "../engine/client.ts";
import type { TransferOptions } from "../engine/transfer_options.ts";
import type { BuildReporter, Phase, PhaseStatus } from "../manager/manager.ts";
import type { Proxies } from "../network/proxies.ts";
import type { Logger } from "../telemetry/log.ts";
import { inOneLine } from "../text/in_one_line.ts";
import { buildCancelled } from "./failure.ts";
import type { ContainerOptions } from "./container_options.ts";
import type { ImageLeases } from "./image_leases.ts";
import type { ImageLedger } from "./image_ledger.ts";
import type { BuildLimits } from "./limits.ts";
import type { BuildLog } from "./log/build_log.ts";
import type { BuildObserver } from "./observer.ts";
import type { BuildRequest } from "./request.ts";
import type { FailedTry } from "./retry.ts";
import { runTransfer, type Transfer } from "./transfer.ts";

/** What a {@linkcode BuildScope} is made of. */
export interface BuildScopeParts {
  readonly request: BuildRequest;
  readonly reporter: BuildReporter;
  readonly engine: EngineClient;
  readonly log: BuildLog;
  readonly ledger: ImageLedger;
  readonly images: ImageLeases;
  readonly limits: BuildLimits;
  readonly container: ContainerOptions;
  readonly logger: Logger;
  /** The proxies that the build is told of. Default: none. */
  readonly proxies?: Proxies | undefined;
  readonly observer?: BuildObserver | undefined;
  /** Aborts the build, whichever phase runs. */
  readonly signal: AbortSignal;
}

/**
 * What every phase of one build works with. Disposing sends what is left of the
 * log, and ends a phase that was not completed.
 */
export class BuildScope implements AsyncDisposable {
  readonly request: BuildRequest;
  readonly reporter: BuildReporter;
  readonly engine: EngineClient;
  readonly log: BuildLog;
  readonly ledger: ImageLedger;
  readonly images: ImageLeases;
  readonly limits: BuildLimits;
  readonly container: ContainerOptions;
  readonly logger: Logger;
  readonly proxies: Proxies;
  readonly observer: BuildObserver | undefined;
  readonly signal: AbortSignal;
  #began = performance.now();
  #phase: Phase | undefined;
  #latest: Phase = "unpacking";

  constructor(parts: BuildScopeParts) {
    this.request = parts.request;
    this.reporter = parts.reporter;
    this.engine = parts.engine;
    this.log = parts.log;
    this.ledger = parts.ledger;
    this.images = parts.images;
    this.limits = parts.limits;
    this.container = parts.container;
    this.logger = parts.logger;
    this.proxies = parts.proxies ?? {};
    this.observer = parts.observer;
    this.signal = parts.signal;
  }

  /** The full name of the build's repository: `host/namespace/name`. */
  get repository(): string {
    return `${this.request.registry}/${this.request.repository}`;
  }

  /** The phase that runs, or is about to. */
  get phase(): Phase {
    return this.#latest;
  }

  /**
   * Begins a phase, once the log of the one before has arrived.
   *
   * @throws {BuildFailure} `client_rejected_transition` when the manager wants
   * no more of this build
   */
  async enter(phase: Phase, status: PhaseStatus = {}): Promise<void> {
    await this.log.beginPhase(phase);
    this.#endPhase({ completed: true });
    this.#latest = phase;
    const goOn = await this.reporter.enterPhase(phase, status, this.signal);
    if (!goOn) throw buildCancelled();
    this.logger.info(`Phase ${phase} begins`);
    this.observer?.({ kind: "phase-began", phase });
    this.#phase = phase;
    this.#began = performance.now();
  }

  /**
   * Ends the last phase, once its log has arrived.
   *
   * @throws {BuildFailure} when the manager wants no more of this build
   */
  async complete(): Promise<void> {
    await this.log.flush();
    this.#endPhase({ completed: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.log.close();
    this.#endPhase({ completed: false });
  }

  /**
   * Pulls or pushes within its limits, again where that can help; the log tells
   * of it.
   *
   * @throws {EngineError}
   */
  transfer<T>({ subject, direction, run }: Transfer<T>): Promise<T> {
    const runOnce = (options: TransferOptions) =>
      run({
        ...options,
        idleTimeout: this.limits.transferIdle,
        onMessage: (message) => this.log.write(message),
      });
    return runTransfer({ subject, direction, run: runOnce }, {
      limit: this.limits[direction],
      signal: this.signal,
      onRetry: ({ error, left, wait }: FailedTry) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.warning(`Cannot ${subject} yet`, { error });
        this.observer?.({ kind: "retry", direction });
        return this.log.remark(
          inOneLine(
            `${reason}. Trying again in ${wait / 1000} s (${left} left)`,
          ),
        );
      },
    });
  }

  #endPhase({ completed }: { readonly completed: boolean }): void {
    const phase = this.#phase;
    if (phase === undefined) return;
    const seconds = Math.round(performance.now() - this.#began) / 1000;
    this.logger.info(`Phase ${phase} ended`, { seconds });
    this.observer?.({ kind: "phase-ended", phase, completed, seconds });
    this.#phase = undefined;
  }
}
