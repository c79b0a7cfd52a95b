import { ProtocolViolation } from "../errors.ts";
import type { Message } from "../messages.ts";
import { Broker } from "./_broker.ts";
import { Dealer } from "./_dealer.ts";
import type { Member } from "./_member.ts";

/** A space of its own for procedures and topics. */
export class Realm {
  readonly #dealer: Dealer;
  readonly #broker: Broker;

  constructor(makeId: () => number) {
    this.#dealer = new Dealer(makeId);
    this.#broker = new Broker(makeId);
  }

  /**
   * Does what a member asks.
   *
   * @throws {ProtocolViolation} when it may not ask that.
   */
  handle(member: Member, message: Message): void {
    switch (message.kind) {
      case "call":
        return this.#dealer.call(member, message);
      case "cancel":
        return this.#dealer.cancel(member, message);
      case "yield":
        return this.#dealer.yield(member, message);
      case "error":
        return this.#dealer.error(member, message);
      case "register":
        return this.#dealer.register(member, message);
      case "unregister":
        return this.#dealer.unregister(member, message);
      case "publish":
        return this.#broker.publish(member, message);
      case "subscribe":
        return this.#broker.subscribe(member, message);
      case "unsubscribe":
        return this.#broker.unsubscribe(member, message);
      default:
        throw new ProtocolViolation(
          `${message.kind.toUpperCase()} from a client within a session`,
        );
    }
  }

  /** Forgets a member. */
  leave(member: Member): void {
    member.leave();
    this.#dealer.leave(member);
    this.#broker.leave(member);
  }
}
