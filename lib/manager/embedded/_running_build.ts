import { delay } from "@std/async/delay";
import { CallTimeout, SessionLost, WampError } from "../../wamp/errors.ts";
import type { Dict } from "../../wamp/messages.ts";
import type { Invocation, InvocationResult } from "../../wamp/registration.ts";
import type { Session } from "../../wamp/session.ts";
import { BUILD } from "../wamp/uris.ts";
import { toResult } from "./_answer.ts";
import { BuildRecorder } from "./_build_recorder.ts";
import {
  InvalidWorkerMessage,
  parseCacheTagCall,
  parseFailure,
  parseSuccess,
  parseTold,
} from "./_worker_message.ts";
import type { Answers } from "./answers.ts";
import type { BuildOutcome, BuildReport } from "./build_report.ts";
import type { ManagerEvent } from "./events.ts";

/** Why a build ended without its worker. */
class BuildLost extends Error {
  override readonly name = "BuildLost";
}

/** The longest that a build may take, in milliseconds: a day. */
const BUILD_TIMEOUT = 24 * 60 * 60 * 1_000;

/** What a {@linkcode RunningBuild} needs to know. */
export interface RunningBuildOptions {
  readonly answers: Answers;
  /** How long each answer to a log entry takes, in milliseconds. */
  readonly logDelay: number;
  readonly onEvent: (event: ManagerEvent) => void;
  /** Told what the worker must not do. */
  readonly onViolation: (message: string) => void;
}

/** One build, from the call of the worker to its report. */
export class RunningBuild {
  readonly #session: Session;
  readonly #options: RunningBuildOptions;
  readonly #recorder: BuildRecorder;
  readonly #lost = new AbortController();

  /** `session` is the manager's, in the worker's realm. */
  constructor(session: Session, options: RunningBuildOptions) {
    this.#session = session;
    this.#options = options;
    this.#recorder = new BuildRecorder(session.realm, options.onViolation);
  }

  /** Calls the worker and waits for its answer, or for its loss. */
  async run(
    kwargs: Dict,
    cancelSignal: AbortSignal | undefined,
  ): Promise<BuildReport> {
    const { realm } = this.#session;
    this.#options.onEvent({ kind: "build_started", realm });
    const outcome = await this.#invoke(kwargs, cancelSignal);
    const report = this.#recorder.report(outcome);
    this.#options.onEvent({ kind: "build_ended", report });
    return report;
  }

  /** Ends the build without its worker. */
  lose(reason: string): void {
    this.#lost.abort(new BuildLost(reason));
  }

  async #invoke(
    kwargs: Dict,
    cancelSignal: AbortSignal | undefined,
  ): Promise<BuildOutcome> {
    try {
      const result = await this.#session.call(BUILD, {
        kwargs,
        timeout: BUILD_TIMEOUT,
        signal: this.#lost.signal,
        ...(cancelSignal && { cancelSignal }),
      });
      return this.#read(() => parseSuccess(result.kwargs));
    } catch (error) {
      if (error instanceof WampError) {
        return this.#read(() => parseFailure(error));
      }
      const isLost = error instanceof BuildLost ||
        error instanceof SessionLost || error instanceof CallTimeout;
      if (isLost) return { kind: "lost", reason: error.message };
      throw error;
    }
  }

  #read(parse: () => BuildOutcome): BuildOutcome {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof InvalidWorkerMessage)) throw error;
      this.#options.onViolation(error.message);
      return { kind: "invalid", reason: error.message };
    }
  }

  /** Serves `logmessagesynchronously`. */
  tell(invocation: Invocation): Promise<InvocationResult> {
    return this.#recorder.count(() => this.#take(invocation));
  }

  async #take({ kwargs, signal }: Invocation): Promise<InvocationResult> {
    const { answers, logDelay, onEvent } = this.#options;
    const { realm } = this.#session;
    const told = parseTold(kwargs);
    if (told.kind === "phase") {
      const record = this.#recorder.addPhase(told);
      onEvent({ kind: "phase", realm, record });
      const answer = await answers.phase?.({ realm, ...record }) ?? true;
      return toResult(answer, signal);
    }
    const record = this.#recorder.addEntry(told);
    onEvent({ kind: "log", realm, record });
    if (logDelay > 0) await delay(logDelay, { signal });
    const answer = await answers.log?.({ realm, ...record }) ?? true;
    return toResult(answer, signal);
  }

  /** Serves `determinecachetag`. */
  async determineCacheTag(
    { kwargs, signal }: Invocation,
  ): Promise<InvocationResult> {
    const { realm } = this.#session;
    const call = { realm, ...parseCacheTagCall(kwargs) };
    this.#recorder.addCacheTagCall(call);
    const answer = await this.#options.answers.cacheTag?.(call) ?? "";
    return toResult(answer, signal);
  }
}
