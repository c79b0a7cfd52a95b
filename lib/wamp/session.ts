import { handshake, hangUp } from "./_handshake.ts";
import { Link } from "./_link.ts";
import { Roles } from "./_roles.ts";
import { ProtocolViolation } from "./errors.ts";
import type { Goodbye, Message, Payload } from "./messages.ts";
import type { Peer, PeerClosed } from "./peer.ts";
import type { InvocationHandler, Registration } from "./registration.ts";
import { reasonText, type SessionClosed } from "./session_closed.ts";
import {
  type AcknowledgedPublishOptions,
  type CallOptions,
  DEFAULT_TIMEOUT,
  type PublishOptions,
  type RequestOptions,
  type SessionOptions,
} from "./session_options.ts";
import type { EventHandler, Subscription } from "./subscription.ts";
import { isUri, WAMP_URI } from "./uri.ts";

/** The connections that carry a session: a second HELLO breaks the protocol. */
const occupied = new WeakSet<Peer>();

/**
 * A session of the WAMP v2 basic profile: caller, callee, publisher and
 * subscriber in one realm. Everything that waits for an answer has a deadline,
 * and is rejected with `SessionLost` when the session ends first.
 *
 * ```ts
 * await using peer = await connectWebSocket("wss://example.com/ws");
 * await using session = await Session.open(peer, { realm: "com.example" });
 * const { args } = await session.call("com.example.add", { args: [1, 2] });
 * ```
 *
 * @see {@link https://wamp-proto.org/wamp_latest_ietf.html}
 */
export class Session implements AsyncDisposable {
  /** The router's ID of this session. */
  readonly id: number;
  readonly realm: string;
  /** Who ended the session, and why. Settles once; never rejects. */
  readonly closed: Promise<SessionClosed>;

  readonly #peer: Peer;
  readonly #link: Link;
  readonly #roles: Roles;
  readonly #resolveClosed: (closed: SessionClosed) => void;
  #state: "open" | "leaving" | "closed" = "open";

  private constructor(
    peer: Peer,
    id: number,
    { realm, onError = () => {} }: SessionOptions,
  ) {
    const { promise, resolve } = Promise.withResolvers<SessionClosed>();
    this.id = id;
    this.realm = realm;
    this.closed = promise;
    this.#resolveClosed = resolve;
    this.#peer = peer;
    this.#link = new Link(peer);
    this.#roles = new Roles(this.#link, onError);
    void this.#run();
  }

  /**
   * Joins a realm over an open connection, which remains the caller's to
   * close. A failure other than `SessionRefused` closes the connection, since
   * nobody can know what comes over it next.
   *
   * @throws {SessionRefused} when the router answers with ABORT.
   * @throws {CallTimeout} when the router does not answer in time.
   * @throws {SessionLost} when the connection goes away.
   * @throws {ProtocolViolation} when the router answers anything else.
   * @throws {TypeError} when `realm` is not a URI, or the connection carries a
   * session already; nothing is sent then.
   */
  static async open(peer: Peer, options: SessionOptions): Promise<Session> {
    const { realm, agent, timeout = DEFAULT_TIMEOUT, signal } = options;
    checkUri("realm", realm);
    if (occupied.has(peer)) {
      throw new TypeError(
        `Cannot join realm "${realm}": the connection carries a session already`,
      );
    }
    occupied.add(peer);
    try {
      const welcome = await handshake(peer, { realm, agent, timeout, signal });
      return new Session(peer, welcome.session, options);
    } catch (error) {
      occupied.delete(peer);
      throw error;
    }
  }

  /** Whether requests can still be made. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /**
   * Calls a procedure and returns what it gave.
   *
   * @throws {WampError} when the callee or the router answers with an error.
   * @throws {CallTimeout} when no answer comes in time.
   * @throws {SessionLost} when the session ends first.
   * @throws {TypeError} when `procedure` is not a URI or the arguments are not
   * JSON; nothing is sent then.
   */
  async call(procedure: string, options: CallOptions = {}): Promise<Payload> {
    checkUri("procedure", procedure);
    return await this.#roles.caller.call(procedure, options);
  }

  /**
   * Offers a procedure to the realm.
   *
   * @throws {WampError} when the router refuses, for example with
   * `wamp.error.procedure_already_exists`.
   * @throws {CallTimeout} when no answer comes in time.
   * @throws {SessionLost} when the session ends first.
   * @throws {TypeError} when `procedure` is not a URI; nothing is sent then.
   */
  async register(
    procedure: string,
    handler: InvocationHandler,
    options: RequestOptions = {},
  ): Promise<Registration> {
    checkUri("procedure", procedure);
    return await this.#roles.callee.register(procedure, handler, options);
  }

  /**
   * Publishes an event: without an answer, or with `acknowledge: true`, where
   * the promise gives the router's ID of the publication.
   *
   * @throws {SessionLost} when the session is over.
   * @throws {WampError} when the router refuses (acknowledged only).
   * @throws {CallTimeout} when no answer comes in time (acknowledged only).
   * @throws {TypeError} when `topic` is not a URI or the arguments are not
   * JSON; nothing is sent then.
   */
  publish(topic: string, options?: PublishOptions): void;
  publish(topic: string, options: AcknowledgedPublishOptions): Promise<number>;
  publish(
    topic: string,
    options: PublishOptions | AcknowledgedPublishOptions = {},
  ): void | Promise<number> {
    checkUri("topic", topic);
    return options.acknowledge
      ? this.#roles.publisher.publishAcknowledged(topic, options)
      : this.#roles.publisher.publish(topic, options);
  }

  /**
   * Receives what is published under a topic.
   *
   * @throws {WampError} when the router refuses.
   * @throws {CallTimeout} when no answer comes in time.
   * @throws {SessionLost} when the session ends first.
   * @throws {TypeError} when `topic` is not a URI; nothing is sent then.
   */
  async subscribe(
    topic: string,
    handler: EventHandler,
    options: RequestOptions = {},
  ): Promise<Subscription> {
    checkUri("topic", topic);
    return await this.#roles.subscriber.subscribe(topic, handler, options);
  }

  /**
   * Leaves the realm: says GOODBYE and waits for the router's, or for the end
   * of the connection in order, which some routers bring about instead. What
   * still waits for an answer is rejected. Afterwards the connection, where it
   * is still open, can carry the next session.
   *
   * When the router answers neither way within `timeout`, the connection is
   * dropped. May be called again; never fails but with the signal's reason:
   * `closed` tells whether what was sent before has arrived.
   */
  async leave(options: RequestOptions = {}): Promise<void> {
    const { timeout = DEFAULT_TIMEOUT, signal } = options;
    signal?.throwIfAborted();
    if (this.#state === "open") {
      this.#link.sayGoodbye(WAMP_URI.closeRealm);
      this.#state = "leaving";
    }
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    const timer = setTimeout(() => this.#giveUp(timeout), timeout);
    try {
      await Promise.race([this.closed, aborted]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Leaves the realm; the connection stays the caller's. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  #giveUp(milliseconds: number): void {
    this.#end({ kind: "unanswered", milliseconds });
    this.#peer.drop();
  }

  async #run(): Promise<void> {
    try {
      while (this.#state !== "closed") {
        const message = await this.#peer.receive();
        if (message !== undefined) {
          this.#dispatch(message);
        } else {
          this.#onDisconnected(await this.#peer.closed);
        }
      }
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.#end({ kind: "violation", message: error.message });
      await hangUp(this.#peer, error);
    }
  }

  #dispatch(message: Message): void {
    switch (message.kind) {
      case "goodbye":
        return this.#onGoodbye(message);
      case "abort":
        return this.#end({
          kind: "aborted",
          uri: message.reason,
          message: reasonText(message),
        });
      default:
        return this.#roles.handle(message);
    }
  }

  #onGoodbye(message: Goodbye): void {
    if (this.#state === "leaving") return this.#end({ kind: "left" });
    this.#link.sayGoodbye(WAMP_URI.goodbyeAndOut);
    this.#end({
      kind: "goodbye",
      uri: message.reason,
      message: reasonText(message),
    });
  }

  #onDisconnected(peer: PeerClosed): void {
    const isAnswer = this.#state === "leaving" && peer.kind === "remote";
    this.#end(isAnswer ? { kind: "left" } : { kind: "disconnected", peer });
  }

  #end(closed: SessionClosed): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    occupied.delete(this.#peer);
    this.#roles.end(this.#link.end(closed));
    this.#resolveClosed(closed);
  }
}

function checkUri(what: string, value: string): void {
  if (!isUri(value)) {
    throw new TypeError(
      `Cannot use "${value}" as a ${what}: it is not a WAMP URI (components separated by dots, without whitespace or "#")`,
    );
  }
}
