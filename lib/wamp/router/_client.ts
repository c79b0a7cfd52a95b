import { ProtocolViolation } from "../errors.ts";
import type { Goodbye, Hello, Message } from "../messages.ts";
import type { Peer } from "../peer.ts";
import { isUri, WAMP_URI } from "../uri.ts";
import type { Member } from "./_member.ts";
import type { Realm } from "./_realm.ts";

/** What a connection needs of the router that serves it. */
export interface Reception {
  /** Lets a client into a realm, or answers why not with ABORT. */
  join(hello: Hello): Membership | undefined;
  /** Told once of each membership that `join` gave. */
  left(membership: Membership): void;
  /** Told of what made the router drop the connection. */
  violated(violation: ProtocolViolation, membership?: Membership): void;
  /** Whether the connection may carry another session after GOODBYE. */
  readonly keepsConnection: boolean;
}

/** A client in a realm. */
export interface Membership {
  readonly realm: Realm;
  readonly member: Member;
}

/** Serves one connection: session after session, until it ends. */
export class Client {
  readonly #peer: Peer;
  readonly #reception: Reception;
  #membership: Membership | undefined;
  /** What still comes while the connection is being closed is of no account. */
  #isClosing = false;

  constructor(peer: Peer, reception: Reception) {
    this.#peer = peer;
    this.#reception = reception;
  }

  /** Serves until the connection is gone. */
  async serve(): Promise<void> {
    try {
      let message = await this.#peer.receive();
      while (message !== undefined) {
        this.#handle(message);
        message = await this.#peer.receive();
      }
    } catch (error) {
      // The real router hangs up without a word on every violation.
      this.#peer.drop();
      if (!(error instanceof ProtocolViolation)) throw error;
      this.#reception.violated(error, this.#membership);
    } finally {
      this.#leave();
    }
  }

  /** Says that the router goes down, and hangs up in order. */
  async dismiss(): Promise<void> {
    this.#membership?.member.send({
      kind: "goodbye",
      details: {},
      reason: WAMP_URI.systemShutdown,
    });
    this.#leave();
    await this.#close();
  }

  /** Hangs up without a word. */
  drop(): void {
    this.#peer.drop();
  }

  #handle(message: Message): void {
    if (this.#isClosing) return;
    const membership = this.#membership;
    if (membership === undefined) {
      if (message.kind === "hello") return this.#join(message);
      const name = message.kind.toUpperCase();
      throw new ProtocolViolation(`${name} outside a session`);
    }
    if (message.kind === "goodbye") return this.#goodbye(message);
    if (message.kind === "abort") return this.#leave();
    membership.realm.handle(membership.member, message);
  }

  #join(hello: Hello): void {
    this.#membership = this.#reception.join(hello);
  }

  #goodbye({ reason }: Goodbye): void {
    if (!isUri(reason)) {
      throw new ProtocolViolation("GOODBYE reason must be a URI");
    }
    this.#membership?.member.send({
      kind: "goodbye",
      details: {},
      reason: WAMP_URI.goodbyeAndOut,
    });
    this.#leave();
    if (!this.#reception.keepsConnection) void this.#close();
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    await this.#peer.close();
  }

  #leave(): void {
    const membership = this.#membership;
    if (membership === undefined) return;
    this.#membership = undefined;
    membership.realm.leave(membership.member);
    this.#reception.left(membership);
  }
}
