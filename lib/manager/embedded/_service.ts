import { Router, type RouterSession } from "../../wamp/router/router.ts";
import {
  listenWebSocket,
  type WebSocketListener,
} from "../../wamp/router/web_socket_listener.ts";
import { WebSocketServerPeer } from "../../wamp/router/web_socket_server_peer.ts";
import type { Component } from "./_component.ts";
import { openRegistrar } from "./_registrar.ts";
import { WorkerRealm } from "./_worker_realm.ts";
import type { EmbeddedManagerOptions } from "./embedded_manager_options.ts";
import type { WorkerViolation } from "./events.ts";
import type { EmbeddedWorker, HostedWorker } from "./worker.ts";

/** What a {@linkcode Service} needs to know. */
export interface ServiceOptions extends EmbeddedManagerOptions {
  readonly onViolation: (violation: WorkerViolation) => void;
  /** Told when a worker's state changes. */
  readonly onChange: (worker: EmbeddedWorker) => void;
}

/** Everything of a manager that does not survive its restart. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #router: Router;
  readonly #realms = new Map<string, WorkerRealm>();
  #registrar: Component | undefined;
  #listener: WebSocketListener | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#router = new Router({
      ...options.router,
      onJoin: (session) => this.#workerRealm(session)?.enter(session.id),
      onLeave: (session) => this.#workerRealm(session)?.leave(session.id),
      onViolation: ({ message }, session) =>
        options.onViolation({ realm: session?.realm, message }),
    });
  }

  /** Expects hosted workers, then listens; gives the listener. */
  async start(expected: Iterable<HostedWorker>): Promise<WebSocketListener> {
    try {
      return await this.#start(expected);
    } catch (error) {
      await this.crash();
      throw error;
    }
  }

  async #start(expected: Iterable<HostedWorker>): Promise<WebSocketListener> {
    const { answers, onViolation } = this.#options;
    for (const hosted of expected) await this.expect(hosted);
    this.#registrar = await openRegistrar(this.#router, {
      register: answers?.register,
      onRegister: (realm) => this.#open({ realm, token: "" }, false),
      onViolation: (message) => onViolation({ realm: undefined, message }),
    });
    this.#listener = await listenWebSocket(
      (peer) => this.#router.attach(peer),
      this.#options,
    );
    return this.#listener;
  }

  get workers(): readonly WorkerRealm[] {
    return [...this.#realms.values()];
  }

  /** Lets a hosted worker in. */
  async expect(hosted: HostedWorker): Promise<void> {
    await this.#open(hosted, true);
  }

  async #open(
    { realm, token }: HostedWorker,
    isHosted: boolean,
  ): Promise<void> {
    const { onViolation, onChange } = this.#options;
    const opened = await WorkerRealm.open(this.#router, {
      realm,
      token,
      isHosted,
      answers: this.#options.answers ?? {},
      logDelay: this.#options.logDelay ?? 0,
      heartbeatTimeout: this.#options.heartbeatTimeout ?? 60_000,
      onEvent: this.#options.onEvent ?? (() => {}),
      onViolation: (message) => onViolation({ realm, message }),
      onChange: (worker) => {
        if (worker.state === "gone") this.#realms.delete(realm);
        onChange(worker);
      },
    });
    this.#realms.set(realm, opened);
    onChange(opened);
    for (const { id } of this.#workerSessions(realm)) opened.enter(id);
  }

  /** Connections of the worker in a realm. */
  peers(realm: string): WebSocketServerPeer[] {
    return this.#workerSessions(realm)
      .map((session) => session.peer)
      .filter((peer) => peer instanceof WebSocketServerPeer);
  }

  /** Says GOODBYE to everyone and closes in order. */
  async close(): Promise<void> {
    await this.#end(() => this.#router.close());
  }

  /** Drops everyone without a word. */
  async crash(): Promise<void> {
    await this.#end(() => this.#router.drop());
  }

  async #end(endConnections: () => Promise<void>): Promise<void> {
    const reason = "the manager stopped";
    await Promise.all([
      this.#listener?.close(),
      this.#registrar?.close(),
      ...this.workers.map((worker) => worker.close(reason)),
      endConnections(),
    ]);
  }

  /** The realm of a worker's session. */
  #workerRealm(session: RouterSession): WorkerRealm | undefined {
    return isWorkers(session) ? this.#realms.get(session.realm) : undefined;
  }

  #workerSessions(realm: string): RouterSession[] {
    return this.#router.sessions.filter((session) =>
      session.realm === realm && isWorkers(session)
    );
  }
}

/** Whether a session comes from outside; the manager's own do not. */
function isWorkers({ peer }: RouterSession): boolean {
  return peer instanceof WebSocketServerPeer;
}
