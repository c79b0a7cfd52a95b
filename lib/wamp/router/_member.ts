import type { Message } from "../messages.ts";
import type { Peer } from "../peer.ts";

/** One client's membership of a realm, from WELCOME to its end. */
export class Member {
  /** The session's ID. */
  readonly id: number;
  /** Whether the client may cancel calls. */
  readonly mayCancel: boolean;
  readonly #peer: Peer;
  #hasLeft = false;

  constructor(id: number, peer: Peer, mayCancel: boolean) {
    this.id = id;
    this.mayCancel = mayCancel;
    this.#peer = peer;
  }

  /** Sends, unless the client has left: its connection may serve another. */
  send(message: Message): void {
    if (!this.#hasLeft) this.#peer.send(message);
  }

  /** Ends the membership: nothing is sent any more. */
  leave(): void {
    this.#hasLeft = true;
  }
}
