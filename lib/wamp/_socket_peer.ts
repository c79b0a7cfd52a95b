import { Inbox } from "./inbox.ts";
import { encode } from "./encode.ts";
import type { MessageLimits } from "./limits.ts";
import type { Message } from "./messages.ts";
import type { Peer, PeerClosed } from "./peer.ts";

/** See {@linkcode ConnectWebSocketOptions}. */
export interface SocketPeerOptions {
  closeTimeout?: number;
  maxBuffered?: number;
  limits?: MessageLimits;
}

/** A connection over an open WebSocket of the runtime. */
export class SocketPeer implements Peer {
  readonly closed: Promise<PeerClosed>;
  readonly #socket: WebSocket;
  readonly #inbox: Inbox;
  readonly #closeTimeout: number;
  readonly #maxBuffered: number;
  readonly #resolveClosed: (closed: PeerClosed) => void;
  #isOpen = true;
  #closing: PeerClosed | undefined;

  constructor(
    socket: WebSocket,
    { closeTimeout = 2_000, maxBuffered = 64 * 1024 * 1024, limits }:
      SocketPeerOptions,
  ) {
    const { promise, resolve } = Promise.withResolvers<PeerClosed>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    this.#socket = socket;
    this.#closeTimeout = closeTimeout;
    this.#maxBuffered = maxBuffered;
    this.#inbox = new Inbox(
      () => this.#giveUp("more messages came than were read"),
      limits,
    );
    socket.onmessage = ({ data }) => this.#inbox.push(data);
    socket.onerror = (event) => {
      const detail = event instanceof ErrorEvent ? `: ${event.message}` : "";
      this.#end({ kind: "lost", reason: `the connection broke${detail}` });
    };
    socket.onclose = (event) => this.#end(describe(event));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(message: Message): void {
    const text = encode(message);
    if (!this.#isOpen) return;
    if (this.#socket.bufferedAmount > this.#maxBuffered) {
      const limit = `${this.#maxBuffered} bytes`;
      return this.#giveUp(`more than ${limit} wait to be taken by the network`);
    }
    this.#socket.send(text);
  }

  receive(): Promise<Message | undefined> {
    return this.#inbox.receive();
  }

  async close(): Promise<void> {
    this.#startClosing({
      kind: "local",
      reason: "this side closed the connection",
    });
    const timer = setTimeout(() => this.drop(), this.#closeTimeout);
    await this.closed;
    clearTimeout(timer);
  }

  /**
   * A WebSocket of the web cannot be cut off: this stops waiting for the other
   * side's farewell. On a dead network the runtime keeps the socket until the
   * operating system gives it up.
   */
  drop(): void {
    this.#startClosing({
      kind: "local",
      reason: "this side dropped the connection",
    });
    this.#finish();
  }

  #giveUp(reason: string): void {
    this.#startClosing({ kind: "lost", reason });
    this.#finish();
  }

  #startClosing(closed: PeerClosed): void {
    this.#isOpen = false;
    if (this.#closing !== undefined) return;
    this.#closing = closed;
    this.#inbox.end();
    this.#socket.close(1000);
  }

  /** The socket is gone: by its own doing, unless this side began to close. */
  #end(closed: PeerClosed): void {
    this.#isOpen = false;
    this.#closing ??= closed;
    this.#finish();
  }

  #finish(): void {
    if (this.#closing === undefined) return;
    this.#inbox.end();
    this.#resolveClosed(this.#closing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function describe({ code, reason, wasClean }: CloseEvent): PeerClosed {
  if (!wasClean) {
    return { kind: "lost", reason: "the connection broke without a farewell" };
  }
  const detail = reason === "" ? `code ${code}` : `code ${code}: ${reason}`;
  return {
    kind: "remote",
    reason: `the other side closed the connection (${detail})`,
  };
}
