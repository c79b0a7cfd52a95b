import { encode } from "../../lib/wamp/encode.ts";
import { Inbox } from "../../lib/wamp/inbox.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import type { Peer, PeerClosed } from "../../lib/wamp/peer.ts";

/** One end of a connection at whose other end is a test, which sends anything. */
export class RawPeer implements Peer {
  readonly closed: Promise<PeerClosed>;
  /** What was sent through it. */
  readonly sent: Message[] = [];
  readonly #inbox = new Inbox(() => this.drop());
  readonly #resolveClosed: (closed: PeerClosed) => void;
  #isOpen = true;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<PeerClosed>();
    this.closed = promise;
    this.#resolveClosed = resolve;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Lets something arrive: the text of a frame, or what a binary one holds. */
  arrive(data: unknown): void {
    this.#inbox.push(data);
  }

  send(message: Message): void {
    encode(message);
    if (this.#isOpen) this.sent.push(message);
  }

  receive(): Promise<Message | undefined> {
    return this.#inbox.receive();
  }

  close(): Promise<void> {
    this.drop();
    return Promise.resolve();
  }

  drop(): void {
    this.#isOpen = false;
    this.#inbox.end();
    this.#resolveClosed({ kind: "local", reason: "this side closed it" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
