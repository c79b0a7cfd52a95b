import { WampError } from "../../wamp/errors.ts";
import type { Dict } from "../../wamp/messages.ts";
import type {
  Invocation,
  InvocationHandler,
  InvocationResult,
} from "../../wamp/registration.ts";
import type { Router } from "../../wamp/router/router.ts";
import { WAMP_URI } from "../../wamp/uri.ts";
import {
  DETERMINE_CACHE_TAG,
  HEARTBEAT,
  LOG_MESSAGE,
  PING,
  PROTOCOL_VERSION,
  READY,
} from "../wamp/uris.ts";
import { toResult } from "./_answer.ts";
import { type Component, joinRealm } from "./_component.ts";
import { HeartbeatMonitor } from "./_heartbeat_monitor.ts";
import { RunningBuild, type RunningBuildOptions } from "./_running_build.ts";
import { InvalidWorkerMessage, parseReady } from "./_worker_message.ts";
import type { BuildReport } from "./build_report.ts";
import type { EmbeddedWorker, Heartbeats, WorkerState } from "./worker.ts";

/** What a {@linkcode WorkerRealm} needs to know. */
export interface WorkerRealmOptions extends RunningBuildOptions {
  readonly realm: string;
  /** What the worker must show; empty for one that registered itself. */
  readonly token: string;
  readonly isHosted: boolean;
  /** How long a worker may be silent, in milliseconds. */
  readonly heartbeatTimeout: number;
  /** Told of each change of the state. */
  readonly onChange: (worker: EmbeddedWorker) => void;
}

/** The manager's component in one worker's realm. */
export class WorkerRealm implements EmbeddedWorker {
  readonly realm: string;
  readonly isHosted: boolean;
  readonly #component: Component;
  readonly #options: WorkerRealmOptions;
  readonly #monitor: HeartbeatMonitor;
  /** The sessions of clients that are in the realm. */
  readonly #clients = new Set<number>();
  #state: WorkerState = "expected";
  #build: RunningBuild | undefined;

  /** Creates the realm and offers the manager's procedures in it. */
  static async open(
    router: Router,
    options: WorkerRealmOptions,
  ): Promise<WorkerRealm> {
    const component = await joinRealm(
      router,
      options.realm,
      (error) => options.onViolation(`The manager's own code failed: ${error}`),
    );
    const self = new WorkerRealm(component, options);
    await self.#serve();
    return self;
  }

  private constructor(component: Component, options: WorkerRealmOptions) {
    this.realm = options.realm;
    this.isHosted = options.isHosted;
    this.#component = component;
    this.#options = options;
    this.#monitor = new HeartbeatMonitor(options.heartbeatTimeout, () => {
      const isThere = this.#clients.size > 0;
      if (isThere) void this.close("no heartbeat came in time");
    });
  }

  get state(): WorkerState {
    return this.#state;
  }

  get heartbeats(): Heartbeats {
    return this.#monitor.heartbeats;
  }

  async #serve(): Promise<void> {
    const { session } = this.#component;
    await session.register(PING, () => ({ args: ["pong"] }));
    await session.register(READY, this.#checked((call) => this.#ready(call)));
    await session.register(
      LOG_MESSAGE,
      this.#checked((call) => this.#running().tell(call)),
    );
    await session.register(
      DETERMINE_CACHE_TAG,
      this.#checked((call) => this.#running().determineCacheTag(call)),
    );
    await session.subscribe(HEARTBEAT, () => this.#monitor.beat());
  }

  /** Takes down what the worker must not send, and refuses it. */
  #checked(
    handler: (call: Invocation) => Promise<InvocationResult>,
  ): InvocationHandler {
    return async (call) => {
      try {
        return await handler(call);
      } catch (error) {
        if (!(error instanceof InvalidWorkerMessage)) throw error;
        this.#options.onViolation(error.message);
        throw new WampError(WAMP_URI.invalidArgument, {
          args: [error.message],
        });
      }
    };
  }

  #running(): RunningBuild {
    if (this.#build !== undefined) return this.#build;
    throw new InvalidWorkerMessage("A message about a build while none runs");
  }

  async #ready({ kwargs, signal }: Invocation): Promise<InvocationResult> {
    const { realm } = this;
    const refusal = this.#refusal(parseReady(kwargs));
    const isAcceptable = refusal === undefined;
    const decision = this.#options.answers.ready?.({ realm, isAcceptable });
    // An answer that is late does not keep the manager from using the worker.
    const isWanted = typeof decision === "boolean" ? decision : isAcceptable;
    if (isWanted) {
      this.#options.onEvent({ kind: "worker_ready", realm });
      this.#change("ready");
    } else {
      const reason = refusal ?? "the manager was told to";
      this.#options.onEvent({ kind: "worker_rejected", realm, reason });
    }
    return toResult(await decision ?? isAcceptable, signal);
  }

  #refusal(
    { token, version }: { token: string; version: string },
  ): string | undefined {
    if (version !== PROTOCOL_VERSION) return `version "${version}" is unknown`;
    if (token !== this.#options.token) return "the token is wrong";
    const isTaken = this.#state !== "joined";
    return isTaken ? "the realm has a worker already" : undefined;
  }

  /** Takes the worker for a build, if it is ready. */
  claim(): boolean {
    if (this.#state !== "ready") return false;
    this.#change("building");
    return true;
  }

  /** Has the worker, which was claimed, do a build. */
  async build(kwargs: Dict, cancelSignal?: AbortSignal): Promise<BuildReport> {
    const build = new RunningBuild(this.#component.session, this.#options);
    this.#build = build;
    if (this.#state !== "building") build.lose("the worker went away");
    try {
      cancelSignal?.throwIfAborted();
      return await build.run(kwargs, cancelSignal);
    } finally {
      this.#build = undefined;
      const isThere = this.#state === "building";
      if (isThere) this.#change(this.isHosted ? "finished" : "ready");
    }
  }

  /** A client has joined the realm. */
  enter(session: number): void {
    this.#clients.add(session);
    if (this.#state !== "expected") return;
    this.#monitor.reset();
    this.#options.onEvent({ kind: "worker_joined", realm: this.realm });
    this.#change("joined");
  }

  /** A client has left the realm. */
  leave(session: number): void {
    this.#clients.delete(session);
    if (this.#clients.size > 0) return;
    const reason = "the worker went away";
    if (this.isHosted && this.#state !== "finished") {
      this.#giveUp("expected", reason);
    } else {
      void this.close(reason);
    }
  }

  /** Closes the realm for good; a build that runs is lost. */
  async close(reason: string): Promise<void> {
    if (this.#state === "gone") return;
    this.#giveUp("gone", reason);
    this.#monitor[Symbol.dispose]();
    await this.#component.close();
  }

  #giveUp(state: "expected" | "gone", reason: string): void {
    const { realm } = this;
    const wasThere = this.#state !== "expected";
    this.#build?.lose(reason);
    if (wasThere) this.#options.onEvent({ kind: "worker_gone", realm, reason });
    this.#change(state);
  }

  #change(state: WorkerState): void {
    this.#state = state;
    this.#options.onChange(this);
  }
}
