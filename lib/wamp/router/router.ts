import type { ProtocolViolation } from "../errors.ts";
import type { Hello } from "../messages.ts";
import type { Peer } from "../peer.ts";
import { WAMP_URI } from "../uri.ts";
import { Client, type Membership } from "./_client.ts";
import { checkHello } from "./_hello.ts";
import { freeId, randomId } from "./_ids.ts";
import { Member } from "./_member.ts";
import { Realm } from "./_realm.ts";

/** A client's session as the router sees it. */
export interface RouterSession {
  readonly id: number;
  readonly realm: string;
  /** The connection that carries it. */
  readonly peer: Peer;
}

/** Options of {@linkcode Router}. */
export interface RouterOptions {
  /**
   * Whether a connection may go on with another session after GOODBYE, as
   * with autobahn 0.9.3 and crossbar (the default), or is closed in order, as
   * with nexus and turnpike.
   */
  readonly afterGoodbye?: "keep" | "close";
  /**
   * Whether HELLO creates its realm, as with autobahn 0.9.3 (the default), or
   * is answered with ABORT `wamp.error.no_such_realm`.
   */
  readonly unknownRealm?: "create" | "abort";
  /**
   * Whether clients may announce features. Default `false`: as autobahn 0.9.3
   * does with unknown ones, the router drops them.
   */
  readonly acceptFeatures?: boolean;
  /** Makes IDs, from 0 to 2^53. Default: at random. */
  readonly makeId?: () => number;
  /** Told of each session that begins. */
  readonly onJoin?: (session: RouterSession) => void;
  /** Told of each session that ends. */
  readonly onLeave?: (session: RouterSession) => void;
  /**
   * Told of what made the router drop a connection, and of the session that
   * it carried then.
   */
  readonly onViolation?: (
    violation: ProtocolViolation,
    session: RouterSession | undefined,
  ) => void;
}

/** Options of {@linkcode Router.attach}. */
export interface AttachOptions {
  /** Whether this client may cancel calls. Default `false`. */
  readonly mayCancel?: boolean;
}

/**
 * A WAMP router (dealer and broker) as strict as the one that Quay runs,
 * autobahn 0.9.3: whoever breaks the protocol is dropped without a word. Like
 * that one it leaves calls unanswered whose callee goes away, drops whoever
 * withdraws a live registration, and knows no call canceling, except for
 * clients attached with `mayCancel`.
 */
export class Router implements AsyncDisposable {
  readonly #options: RouterOptions;
  readonly #makeId: () => number;
  readonly #realms = new Map<string, Realm>();
  readonly #sessions = new Map<number, RouterSession>();
  /** The connections that are served, and until when. */
  readonly #clients = new Map<Client, Promise<void>>();

  constructor(options: RouterOptions = {}) {
    this.#options = options;
    this.#makeId = options.makeId ?? randomId;
  }

  /** The sessions of this moment. */
  get sessions(): readonly RouterSession[] {
    return [...this.#sessions.values()];
  }

  /**
   * Makes a realm that clients can join, unless it is there. It ends when the
   * last one leaves.
   */
  createRealm(name: string): void {
    if (!this.#realms.has(name)) {
      this.#realms.set(name, new Realm(this.#makeId));
    }
  }

  /** Serves a connection until it ends. */
  attach(peer: Peer, { mayCancel = false }: AttachOptions = {}): void {
    const client = new Client(peer, {
      keepsConnection: this.#options.afterGoodbye !== "close",
      join: (hello) => this.#join(hello, peer, mayCancel),
      left: (membership) => this.#left(membership),
      violated: (violation, membership) =>
        this.#options.onViolation?.(violation, this.#sessionOf(membership)),
    });
    const served = client.serve().finally(() => this.#clients.delete(client));
    this.#clients.set(client, served);
  }

  /** Says GOODBYE to everyone and closes every connection in order. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.keys()].map((each) => each.dismiss()));
    await this.#served();
  }

  /** Drops every connection without a word, as a crash would. */
  async drop(): Promise<void> {
    for (const client of this.#clients.keys()) client.drop();
    await this.#served();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #served(): Promise<void> {
    await Promise.all(this.#clients.values());
  }

  #join(hello: Hello, peer: Peer, mayCancel: boolean): Membership | undefined {
    checkHello(hello, this.#options.acceptFeatures ?? false);
    if (this.#options.unknownRealm !== "abort") this.createRealm(hello.realm);
    const realm = this.#realms.get(hello.realm);
    if (realm === undefined) {
      peer.send({
        kind: "abort",
        details: { message: `There is no realm "${hello.realm}"` },
        reason: WAMP_URI.noSuchRealm,
        args: [],
        kwargs: {},
      });
      return undefined;
    }
    const id = freeId(this.#makeId, this.#sessions);
    const session = { id, realm: hello.realm, peer };
    this.#sessions.set(id, session);
    const roles = { broker: {}, dealer: {} };
    peer.send({ kind: "welcome", session: id, details: { roles } });
    this.#options.onJoin?.(session);
    return { realm, member: new Member(id, peer, mayCancel) };
  }

  #left(membership: Membership): void {
    const session = this.#sessionOf(membership);
    if (session === undefined) return;
    const { id, realm } = session;
    this.#sessions.delete(id);
    const isLast = !this.sessions.some((other) => other.realm === realm);
    if (isLast) this.#realms.delete(realm);
    this.#options.onLeave?.(session);
  }

  #sessionOf(membership: Membership | undefined): RouterSession | undefined {
    return membership && this.#sessions.get(membership.member.id);
  }
}
