import { decode } from "./decode.ts";
import { ProtocolViolation } from "./errors.ts";
import { DEFAULT_LIMITS, type MessageLimits } from "./limits.ts";
import type { Message } from "./messages.ts";

/** More unread messages than this mean that nobody reads any more. */
const MAX_UNREAD = 10_000;

type Item = Message | ProtocolViolation;

/** What a connection has received and nobody has read yet. */
export class Inbox {
  readonly #limits: MessageLimits;
  readonly #onOverflow: () => void;
  readonly #unread: Item[] = [];
  #reader: PromiseWithResolvers<Message | undefined> | undefined;
  #isEnded = false;

  /** `onOverflow` is told of a message for which there is no room. */
  constructor(onOverflow: () => void, limits: MessageLimits = DEFAULT_LIMITS) {
    this.#onOverflow = onOverflow;
    this.#limits = limits;
  }

  /** How many messages wait to be read. */
  get length(): number {
    return this.#unread.length;
  }

  /** Takes the text of a message; anything else breaks the protocol. */
  push(data: unknown): void {
    if (this.#isEnded) return;
    if (this.#unread.length === MAX_UNREAD) return this.#onOverflow();
    const item = this.#decode(data);
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#unread.push(item);
    else if (item instanceof ProtocolViolation) reader.reject(item);
    else reader.resolve(item);
  }

  #decode(data: unknown): Item {
    if (typeof data !== "string") {
      return new ProtocolViolation("A message must be a text frame");
    }
    try {
      return decode(data, this.#limits);
    } catch (error) {
      if (error instanceof ProtocolViolation) return error;
      throw error;
    }
  }

  /** Ends the inbox: what is unread can still be received, then `undefined`. */
  end(): void {
    this.#isEnded = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
  }

  /** Receives the next message; see {@linkcode Peer.receive}. */
  async receive(): Promise<Message | undefined> {
    const item = this.#unread.shift();
    if (item instanceof ProtocolViolation) throw item;
    if (item !== undefined || this.#isEnded) return item;
    if (this.#reader !== undefined) {
      throw new TypeError("Cannot receive: another reader is waiting");
    }
    this.#reader = Promise.withResolvers();
    return await this.#reader.promise;
  }
}
