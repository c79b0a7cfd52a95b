import { Callee } from "./_callee.ts";
import { Caller } from "./_caller.ts";
import type { Link } from "./_link.ts";
import { Publisher } from "./_publisher.ts";
import type { Requests } from "./_requests.ts";
import { Subscriber } from "./_subscriber.ts";
import { ProtocolViolation, WampError } from "./errors.ts";
import { LAYOUTS } from "./layouts.ts";
import type { ErrorMessage, Message } from "./messages.ts";

/** All that a session is for: its four roles, and who gets which message. */
export class Roles {
  readonly caller: Caller;
  readonly callee: Callee;
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;

  /** `onError` receives what handlers throw that the peer must not see. */
  constructor(link: Link, onError: (error: unknown) => void) {
    this.caller = new Caller(link);
    this.callee = new Callee(link, onError);
    this.publisher = new Publisher(link);
    this.subscriber = new Subscriber(link, onError);
  }

  /**
   * Takes what a router may send within a session.
   *
   * @throws {ProtocolViolation} when it may not.
   */
  handle(message: Message): void {
    switch (message.kind) {
      case "result":
        this.caller.calls.answer(message.request, message);
        return;
      case "registered":
        return this.callee.onRegistered(message);
      case "unregistered":
        this.callee.unregisters.answer(message.request, message);
        return;
      case "invocation":
        return this.callee.onInvocation(message);
      case "interrupt":
        return this.callee.onInterrupt(message);
      case "published":
        this.publisher.publishes.answer(message.request, message);
        return;
      case "subscribed":
        return this.subscriber.onSubscribed(message);
      case "unsubscribed":
        this.subscriber.unsubscribes.answer(message.request, message);
        return;
      case "event":
        return this.subscriber.onEvent(message);
      case "error":
        return this.#onError(message);
      default:
        throw new ProtocolViolation(
          `${message.kind.toUpperCase()} from a router within a session`,
        );
    }
  }

  /** Settles what waits and aborts what runs. */
  end(error: Error): void {
    this.caller.calls.failAll(error);
    this.publisher.publishes.failAll(error);
    this.callee.end(error);
    this.subscriber.end(error);
  }

  #onError(message: ErrorMessage): void {
    const { requestType, request, uri, args, kwargs } = message;
    const error = new WampError(uri, { args, kwargs });
    this.#requestsOf(requestType).fail(request, error);
  }

  #requestsOf(requestType: number): Pick<Requests<never>, "fail"> {
    switch (requestType) {
      case LAYOUTS.call.code:
        return this.caller.calls;
      case LAYOUTS.publish.code:
        return this.publisher.publishes;
      case LAYOUTS.register.code:
        return this.callee.registers;
      case LAYOUTS.unregister.code:
        return this.callee.unregisters;
      case LAYOUTS.subscribe.code:
        return this.subscriber.subscribes;
      case LAYOUTS.unsubscribe.code:
        return this.subscriber.unsubscribes;
      default:
        throw new ProtocolViolation(
          `ERROR of a request of type ${requestType}`,
        );
    }
  }
}
