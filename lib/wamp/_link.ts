import { SessionLost } from "./errors.ts";
import { IdCounter } from "./id.ts";
import type { Message } from "./messages.ts";
import type { Peer } from "./peer.ts";
import type { SessionClosed } from "./session_closed.ts";

/**
 * A session's way out to its router: what the roles (caller, callee, …) send
 * through. Lets nothing out after GOODBYE, which routers punish.
 */
export class Link {
  readonly #peer: Peer;
  readonly #ids = new IdCounter();
  #lost: SessionLost | undefined;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Whether messages can still be sent. */
  get isOpen(): boolean {
    return this.#lost === undefined;
  }

  /**
   * Sends one message.
   *
   * @throws {SessionLost} when the session is over.
   * @throws {TypeError} when the message holds what JSON cannot carry.
   * @throws {RangeError} when the message is too long.
   */
  send(message: Message): void {
    if (this.#lost !== undefined) throw this.#lost;
    this.#peer.send(message);
  }

  /**
   * Sends the request that `make` builds with the next ID, and returns the ID.
   * It is used up only by a request that went out: routers may count.
   */
  request(make: (id: number) => Message): number {
    const id = this.#ids.next;
    this.send(make(id));
    this.#ids.advance();
    return id;
  }

  /** Whether a request with this ID has been sent. */
  wasRequested(id: number): boolean {
    return this.#ids.wasUsed(id);
  }

  /** Says GOODBYE, the last message of the session. */
  sayGoodbye(reason: string): void {
    this.send({ kind: "goodbye", details: {}, reason });
    this.#lost = new SessionLost({ kind: "left" });
  }

  /** Takes nothing more; returns the error for whoever still waits. */
  end(closed: SessionClosed): SessionLost {
    this.#lost = new SessionLost(closed);
    return this.#lost;
  }
}
