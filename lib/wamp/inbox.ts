import { decode } from "./decode.ts";
import { ProtocolViolation } from "./errors.ts";
import { DEFAULT_LIMITS, type MessageLimits } from "./limits.ts";
import type { Message } from "./messages.ts";

/** More unread messages than this mean that nobody reads any more. */
const MAX_UNREAD = 10_000;

/** The same of their text: how many of the longest message fit. */
const MAX_UNREAD_LONGEST = 2;

type Item = Message | ProtocolViolation;

/** An item that waits, and the length of its text in UTF-16 code units. */
interface Unread {
  readonly item: Item;
  readonly length: number;
}

/** What a connection has received and nobody has read yet. */
export class Inbox {
  readonly #limits: MessageLimits;
  readonly #onOverflow: () => void;
  readonly #unread: Unread[] = [];
  /** Length of all texts that wait. */
  #unreadLength = 0;
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
    const item = this.#decode(data);
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#keep(item, data);
    else if (item instanceof ProtocolViolation) reader.reject(item);
    else reader.resolve(item);
  }

  #keep(item: Item, data: unknown): void {
    const isText = typeof data === "string" && !(item instanceof Error);
    const length = isText ? data.length : 0;
    const room = MAX_UNREAD_LONGEST * this.#limits.maxLength;
    if (
      this.#unread.length === MAX_UNREAD || this.#unreadLength + length > room
    ) return this.#onOverflow();
    this.#unread.push({ item, length });
    this.#unreadLength += length;
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
    const unread = this.#unread.shift();
    this.#unreadLength -= unread?.length ?? 0;
    const item = unread?.item;
    if (item instanceof ProtocolViolation) throw item;
    if (item !== undefined || this.#isEnded) return item;
    if (this.#reader !== undefined) {
      throw new TypeError("Cannot receive: another reader is waiting");
    }
    this.#reader = Promise.withResolvers();
    return await this.#reader.promise;
  }
}
