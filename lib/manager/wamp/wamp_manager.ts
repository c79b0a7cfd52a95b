import type { Mode } from "../../config/config.ts";
import { shownUrl } from "../../secret/shown_url.ts";
import type { Logger } from "../../telemetry/log.ts";
import { ConnectError } from "../../wamp/connect_error.ts";
import {
  CallTimeout,
  SessionLost,
  SessionRefused,
  WampError,
} from "../../wamp/errors.ts";
import type { Peer } from "../../wamp/peer.ts";
import { Session } from "../../wamp/session.ts";
import { connectWebSocket } from "../../wamp/web_socket_peer.ts";
import {
  type BuildHandler,
  type Manager,
  ManagerError,
  type ManagerSession,
} from "../manager.ts";
import type { ManagerObserver } from "../observer.ts";
import { connectAdvice } from "./connect_advice.ts";
import type { Liveness } from "./heartbeat.ts";
import { PING, REGISTER, REGISTRATION_REALM } from "./uris.ts";
import { WampManagerSession } from "./wamp_manager_session.ts";

/** Longest wait for the connection, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** What a {@linkcode WampManager} needs to know. */
export interface WampManagerOptions {
  readonly endpoint: URL;
  /** Client of the connections, for a certificate. Default: the runtime's own. */
  readonly client?: Deno.HttpClient;
  /** `host:port` of the proxy on the way, for messages. Default: none. */
  readonly proxy?: string | undefined;
  readonly mode: Mode;
  /** Name and version of the worker, for the router's log. */
  readonly agent: string;
  /** How long the manager may take for an answer, in milliseconds. */
  readonly answerTimeout: number;
  /** Default: {@linkcode DEFAULT_LIVENESS}. */
  readonly liveness?: Liveness;
  readonly logger: Logger;
  readonly observer?: ManagerObserver | undefined;
}

/** The Build Manager as a WAMP router with its procedures and topics. */
export class WampManager implements Manager {
  readonly #options: WampManagerOptions;

  constructor(options: WampManagerOptions) {
    this.#options = options;
  }

  async connect(
    onBuild: BuildHandler,
    signal: AbortSignal,
  ): Promise<ManagerSession> {
    this.#options.observer?.onConnect();
    const peers: Peer[] = [];
    try {
      const opened = await this.#enterRealm(peers, signal);
      return await WampManagerSession.start(opened, {
        ...this.#options,
        onBuild,
        signal,
      });
    } catch (error) {
      // A manager that does not answer may not say farewell either.
      const isHurried = signal.aborted || error instanceof CallTimeout;
      for (const peer of peers) {
        if (isHurried) peer.drop();
        else await peer.close();
      }
      if (signal.aborted) throw signal.reason;
      throw this.#explain(error);
    }
  }

  /** Joins the worker's own realm, and proves that somebody is there. */
  async #enterRealm(
    peers: Peer[],
    signal: AbortSignal,
  ): Promise<{ peer: Peer; session: Session }> {
    const { mode } = this.#options;
    const peer = await this.#dial(peers, signal);
    if (mode.kind === "hosted") {
      return await this.#greet(peer, mode.realm, signal);
    }
    const realm = await this.#allocateRealm(peer, signal);
    try {
      return await this.#greet(peer, realm, signal);
    } catch (error) {
      // Some routers close the socket after GOODBYE, others keep it.
      if (!(error instanceof SessionLost)) throw error;
      await peer.close();
      const next = await this.#dial(peers, signal);
      return await this.#greet(next, realm, signal);
    }
  }

  async #greet(
    peer: Peer,
    realm: string,
    signal: AbortSignal,
  ): Promise<{ peer: Peer; session: Session }> {
    const session = await this.#join(peer, realm, signal);
    await session.call(PING, { signal });
    return { peer, session };
  }

  /** Connects; whoever has `peers` has to close the connection. */
  async #dial(peers: Peer[], signal: AbortSignal): Promise<Peer> {
    const { client, endpoint, proxy } = this.#options;
    const peer = await connectWebSocket(endpoint, {
      ...(client && { client }),
      proxy,
      timeout: CONNECT_TIMEOUT,
      signal,
    });
    peers.push(peer);
    return peer;
  }

  #join(peer: Peer, realm: string, signal: AbortSignal): Promise<Session> {
    return Session.open(peer, { realm, agent: this.#options.agent, signal });
  }

  async #allocateRealm(peer: Peer, signal: AbortSignal): Promise<string> {
    const session = await this.#join(peer, REGISTRATION_REALM, signal);
    const [realm] = (await session.call(REGISTER, { signal })).args;
    if (typeof realm !== "string" || realm === "") {
      throw new ManagerError("Cannot register: no realm allocated", {
        retriable: true,
      });
    }
    await session.leave({ signal });
    return realm;
  }

  #explain(error: unknown): ManagerError {
    if (error instanceof ManagerError) return error;
    const { endpoint, mode } = this.#options;
    const failed = (detail: string, retriable = true) =>
      new ManagerError(
        `Cannot register with the Build Manager at ${
          shownUrl(endpoint)
        }: ${detail}`,
        { cause: error, retriable },
      );
    if (error instanceof WampError && mode.kind === "hosted") {
      return failed(
        `nobody serves realm "${mode.realm}" (${error.message}), check REALM`,
      );
    }
    if (error instanceof WampError) {
      return failed(
        `nobody registers workers there (${error.message}), check ENDPOINT or SERVER`,
      );
    }
    if (error instanceof ConnectError) {
      const advice = connectAdvice(error.kind);
      return failed(
        advice === undefined ? error.message : `${error.message}: ${advice}`,
      );
    }
    if (error instanceof SessionRefused || error instanceof CallTimeout) {
      return failed(error.message);
    }
    return failed(error instanceof Error ? error.message : String(error));
  }
}
