// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import { Inbox } from "../inbox.ts";
import { encode } from "../encode.ts";
import type { Message } from "../messages.ts";
import type { Peer, PeerClosed } from "../peer.ts";

/** Unread messages from which on the client has to wait. */
const HIGH_WATER_MARK = 100;

/** Bytes unsent from which on a client counts as dead. */
const MAX_BUFFERED = 64 * 1024 * 1024;

/** How long a client may take to answer a close, in milliseconds. */
const CLOSE_TIMEOUT = 2_000;

/** The router's end of a WebSocket connection. */
export class WebSocketServerPeer implements Peer {
  readonly closed: Promise<PeerClosed>;
  readonly #socket: WebSocket;
  readonly #inbox: Inbox;
  #isStalled = false;
  #isClosing = false;

  constructor(socket: WebSocket) {
    const { promise, resolve } = Promise.withResolvers<PeerClosed>();
    this.closed = promise;
    this.#socket = socket;
    this.#inbox = new Inbox(() => this.drop());
    socket.on("message", (data, isBinary) => this.#push(data, isBinary));
    // The close that follows an error says all there is to say.
    socket.on("error", () => this.drop());
    socket.on("close", (code, reason) => {
      this.#inbox.end();
      resolve(this.#describe(code, reason.toString()));
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: Message): void {
    const text = encode(message, { maxLength: Infinity });
    if (!this.isOpen || this.#isStalled) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED) return this.drop();
    this.#socket.send(text);
  }

  async receive(): Promise<Message | undefined> {
    const isWaiting = this.#socket.isPaused && !this.#isStalled;
    if (isWaiting && this.#inbox.length < HIGH_WATER_MARK) {
      this.#socket.resume();
    }
    return await this.#inbox.receive();
  }

  async close(): Promise<void> {
    if (this.#isStalled) this.drop();
    this.#isClosing = true;
    this.#socket.close(1000);
    const timer = setTimeout(() => this.drop(), CLOSE_TIMEOUT);
    await this.closed;
    clearTimeout(timer);
  }

  /** Ends the TCP connection without a farewell: clients see code 1006. */
  drop(): void {
    this.#isClosing = true;
    this.#socket.terminate();
  }

  /**
   * Reads and answers nothing any more, as when the machine at the other end
   * is gone without a trace: the connection stays, half open.
   */
  stall(): void {
    this.#isStalled = true;
    this.#socket.pause();
  }

  #push(data: RawData, isBinary: boolean): void {
    this.#inbox.push(isBinary ? data : data.toString());
    if (this.#inbox.length >= HIGH_WATER_MARK) this.#socket.pause();
  }

  #describe(code: number, reason: string): PeerClosed {
    if (this.#isClosing) {
      return { kind: "local", reason: "this side closed the connection" };
    }
    if (code === 1006) {
      return { kind: "lost", reason: "the connection broke" };
    }
    const detail = reason === "" ? `code ${code}` : `code ${code}: ${reason}`;
    return { kind: "remote", reason: `the connection was closed (${detail})` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
