import { Inbox } from "./inbox.ts";
import { encode } from "./encode.ts";
import type { Message } from "./messages.ts";
import type { Peer, PeerClosed } from "./peer.ts";

/**
 * Makes the two ends of a connection within this process. Messages go through
 * the same encoding as over a network, so nothing is shared.
 */
export function linkedPeers(): [Peer, Peer] {
  const a = new LinkedPeer();
  const b = new LinkedPeer();
  a.link(b);
  b.link(a);
  return [a, b];
}

class LinkedPeer implements Peer {
  readonly closed: Promise<PeerClosed>;
  readonly #inbox = new Inbox(() => this.drop());
  readonly #resolveClosed: (closed: PeerClosed) => void;
  #other: LinkedPeer | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<PeerClosed>();
    this.closed = promise;
    this.#resolveClosed = resolve;
  }

  link(other: LinkedPeer): void {
    this.#other = other;
  }

  get isOpen(): boolean {
    return this.#other !== undefined;
  }

  send(message: Message): void {
    const text = encode(message, { maxLength: Infinity });
    if (this.#other !== undefined) this.#other.#inbox.push(text);
  }

  receive(): Promise<Message | undefined> {
    return this.#inbox.receive();
  }

  close(): Promise<void> {
    this.#end("remote", "the other side closed the connection");
    return Promise.resolve();
  }

  drop(): void {
    this.#end("lost", "the other side dropped the connection");
  }

  /** Ends both sides; `kind` and `reason` are how the other one sees it. */
  #end(kind: "remote" | "lost", reason: string): void {
    const other = this.#other;
    if (other === undefined) return;
    this.#unlink({ kind: "local", reason: "this side closed the connection" });
    other.#unlink({ kind, reason });
  }

  #unlink(closed: PeerClosed): void {
    this.#other = undefined;
    this.#inbox.end();
    this.#resolveClosed(closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
