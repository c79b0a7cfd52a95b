import { delay } from "@std/async/delay";
import { buildCancelled } from "../../build/failure.ts";
import type { Mode } from "../../config/config.ts";
import type { Logger } from "../../telemetry/log.ts";
import { shorten } from "../../text/shorten.ts";
import { WampError } from "../../wamp/errors.ts";
import type { Peer } from "../../wamp/peer.ts";
import type { Invocation, InvocationResult } from "../../wamp/registration.ts";
import type { Session } from "../../wamp/session.ts";
import { describeClosed } from "../../wamp/session_closed.ts";
import type { BuildHandler, ManagerSession, SessionEnd } from "../manager.ts";
import type { ManagerObserver } from "../observer.ts";
import { RefusedBuild } from "../refused_build.ts";
import { toWampError } from "./_failure_answer.ts";
import { decodeBuildArguments } from "./build_arguments.ts";
import {
  DEFAULT_LIVENESS,
  type Liveness,
  startHeartbeat,
} from "./heartbeat.ts";
import { WampReporter } from "./reporter.ts";
import { BUILD, PING, PROTOCOL_VERSION, READY } from "./uris.ts";

/**
 * How long the manager may take to say whether it wants the worker, in
 * milliseconds: as long as it itself waits for a worker that is silent.
 */
const READY_TIMEOUT = 60_000;

/**
 * How long the manager may take for its GOODBYE to a worker without a build,
 * in milliseconds: nothing is lost where it does not come.
 */
const IDLE_LEAVE_TIMEOUT = 500;

/** What a {@linkcode WampManagerSession} needs to know. */
export interface WampManagerSessionOptions {
  readonly mode: Mode;
  readonly answerTimeout: number;
  readonly liveness?: Liveness;
  readonly logger: Logger;
  readonly observer?: ManagerObserver | undefined;
  readonly onBuild: BuildHandler;
  /** Ends the waiting for the first answers. */
  readonly signal: AbortSignal;
}

/** A worker's place in its own realm: registered, ready, and alive. */
export class WampManagerSession implements ManagerSession {
  readonly realm: string;
  readonly accepted: Promise<number>;
  readonly ended: Promise<SessionEnd>;
  readonly #peer: Peer;
  readonly #session: Session;
  readonly #options: WampManagerSessionOptions;
  readonly #resolveAccepted: (at: number) => void;
  readonly #resolveEnded: (end: SessionEnd) => void;
  #running: Promise<unknown> | undefined;
  /** The build whose result may not have reached the manager. */
  #owed: Promise<unknown> | undefined;
  #leaving = false;
  #isOver = false;

  /** Offers the build procedure to the manager and says that it is ready. */
  static async start(
    opened: { readonly peer: Peer; readonly session: Session },
    options: WampManagerSessionOptions,
  ): Promise<WampManagerSession> {
    const self = new WampManagerSession(opened.peer, opened.session, options);
    const { signal } = options;
    await opened.session.register(BUILD, (call) => self.#build(call), {
      signal,
    });
    const heartbeat = startHeartbeat(opened.session, {
      liveness: options.liveness ?? DEFAULT_LIVENESS,
      pulse: options.observer?.onSession(),
      onDead: (reason) => self.#lose(reason),
    });
    self.ended.then(() => heartbeat[Symbol.dispose]());
    self.#declareReady();
    return self;
  }

  private constructor(
    peer: Peer,
    session: Session,
    options: WampManagerSessionOptions,
  ) {
    this.realm = session.realm;
    this.#peer = peer;
    this.#session = session;
    this.#options = options;
    ({ promise: this.accepted, resolve: this.#resolveAccepted } = Promise
      .withResolvers<number>());
    ({ promise: this.ended, resolve: this.#resolveEnded } = Promise
      .withResolvers<SessionEnd>());
    session.closed.then((closed) => {
      // Where no result is owed, nothing is lost without an answer to GOODBYE.
      const hasLeft = closed.kind === "left" ||
        (this.#leaving && this.#owed === undefined);
      this.#end(
        hasLeft ? { kind: "left" } : this.#lost(describeClosed(closed)),
      );
    });
  }

  get takesBuilds(): boolean {
    const hasHadItsBuild = this.#options.mode.kind === "hosted" &&
      this.#owed !== undefined;
    return this.#session.isOpen && !this.#isOver && !this.#leaving &&
      !hasHadItsBuild;
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    // Idle, it says GOODBYE at once. A build that crosses it is lost to the
    // manager, however long this waits: Quay's router takes no UNREGISTER.
    if (this.#owed === undefined) {
      await this.#session.leave({ timeout: IDLE_LEAVE_TIMEOUT });
    } else {
      await this.#running;
      await afterAnswer();
      await this.#session.leave();
    }
    await this.#peer.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lose("the worker gave the session up");
    // Its signal has aborted: what it still does is to clean up after itself.
    await this.#running;
    await this.#peer.close();
  }

  /** The answer may come late, even after a build was invoked. */
  async #declareReady(): Promise<void> {
    const { mode } = this.#options;
    const token = mode.kind === "hosted" ? mode.token.reveal() : "";
    try {
      const { args: [accepted] } = await this.#session.call(READY, {
        kwargs: { token, version: PROTOCOL_VERSION },
        timeout: READY_TIMEOUT,
      });
      if (accepted === true) {
        this.#resolveAccepted(performance.now());
        return;
      }
      const reason = accepted === false
        ? "the token is wrong, the realm already has a worker, or worker " +
          `protocol ${PROTOCOL_VERSION} is not supported`
        : `its answer cannot be understood: ${
          shorten(JSON.stringify(accepted) ?? "nothing", 100)
        }`;
      this.#end({ kind: "rejected", reason });
      await this.#peer.close();
    } catch (error) {
      this.#lose(`the manager did not answer "ready": ${error}`);
    }
  }

  #end(end: SessionEnd): void {
    this.#isOver = true;
    this.#resolveEnded(end);
  }

  /** Gives the connection up; what waits for it is settled by that. */
  #lose(reason: string): void {
    this.#end(this.#lost(reason));
    this.#peer.drop();
  }

  #lost(reason: string): SessionEnd {
    const owesResult = this.#owed !== undefined;
    const isOver = owesResult && this.#running === undefined;
    return {
      kind: "lost",
      reason: isOver
        ? `${reason}, and the result of its build may not have arrived`
        : reason,
      owesResult,
    };
  }

  async #build(invocation: Invocation): Promise<InvocationResult> {
    if (this.#leaving || this.#running !== undefined) {
      const reason = this.#leaving ? "is leaving" : "is busy with a build";
      const refusal = new RefusedBuild(
        "internal_error",
        `The worker ${reason}`,
      );
      this.#tellRefused(refusal);
      throw toWampError(refusal);
    }
    this.#resolveAccepted(performance.now());
    const run = this.#run(invocation);
    const running = run.catch(() => {});
    this.#running = running;
    this.#owed = running;
    try {
      return await run;
    } finally {
      if (this.#options.mode.kind === "hosted") void this.leave();
      else if (!this.#leaving) void this.#confirm(running);
      this.#running = undefined;
    }
  }

  /** Learns from the answer to a later message that a result has arrived. */
  async #confirm(build: Promise<unknown>): Promise<void> {
    await afterAnswer();
    try {
      await this.#session.call(PING);
    } catch {
      // The session is being left, or is lost.
      return;
    }
    if (this.#owed === build) this.#owed = undefined;
  }

  async #run({ kwargs, signal }: Invocation): Promise<InvocationResult> {
    const { answerTimeout, onBuild } = this.#options;
    try {
      const reporter = new WampReporter(this.#session, {
        timeout: answerTimeout,
        onLate: (error) => this.#lose(error.message),
      });
      const result = await onBuild(
        decodeBuildArguments(kwargs),
        reporter,
        signal,
      );
      return { kwargs: { image_id: result.imageId, digests: result.digests } };
    } catch (error) {
      if (error instanceof RefusedBuild) this.#tellRefused(error);
      throw toWampError(
        // An INTERRUPT; the manager knows no URI of the protocol's own.
        error instanceof WampError && signal.aborted ? buildCancelled() : error,
      );
    }
  }

  /** What does not begin has no log and no figures of its own. */
  #tellRefused(error: RefusedBuild): void {
    const { logger, observer } = this.#options;
    logger.warning("Build refused", { realm: this.realm, error });
    observer?.onRefused(error.kind);
  }
}

/** A build's answer goes out just after the build is over. */
function afterAnswer(): Promise<void> {
  return delay(0);
}
