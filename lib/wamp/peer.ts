import type { Message } from "./messages.ts";

/** How a connection ended. */
export interface PeerClosed {
  /**
   * - `local`: closed by this side
   * - `remote`: closed by the other side, in order
   * - `lost`: dropped, broken, or given up
   */
  readonly kind: "local" | "remote" | "lost";
  /** One clause for people. */
  readonly reason: string;
}

/**
 * One end of a connection that carries WAMP messages in order. All that a
 * session or a router needs to know of a transport.
 */
export interface Peer extends AsyncDisposable {
  /** Settles when the connection is gone; never rejects. */
  readonly closed: Promise<PeerClosed>;
  /** Whether messages can still be sent. */
  readonly isOpen: boolean;
  /**
   * Queues `message` for sending; does nothing once the connection is gone.
   *
   * @throws {TypeError} when the message holds what JSON cannot carry.
   * @throws {RangeError} when the message is too long.
   */
  send(message: Message): void;
  /**
   * The next message, or `undefined` once the connection is gone. One reader
   * at a time.
   *
   * @throws {ProtocolViolation} when what came is not a message.
   */
  receive(): Promise<Message | undefined>;
  /**
   * Closes in order: what was sent before still goes out. Takes a bounded time
   * even on a dead network, and may be called again.
   */
  close(): Promise<void>;
  /** Ends the connection at once, without a farewell where that can be done. */
  drop(): void;
}
