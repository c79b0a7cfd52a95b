import type { Link } from "./_link.ts";
import { Requests } from "./_requests.ts";
import { ProtocolViolation } from "./errors.ts";
import type { EventMessage, Subscribed, Unsubscribed } from "./messages.ts";
import { DEFAULT_TIMEOUT, type RequestOptions } from "./session_options.ts";
import type { EventHandler, Subscription } from "./subscription.ts";

/** The side of a session that receives events. */
export class Subscriber {
  readonly subscribes: Requests<Subscribed>;
  readonly unsubscribes: Requests<Unsubscribed>;
  readonly #onError: (error: unknown) => void;
  /**
   * By subscription, of which a router makes one a topic. Empty where events
   * may still cross the end of the subscription.
   */
  readonly #handlers = new Map<number, Set<EventHandler>>();

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#onError = onError;
    this.subscribes = new Requests(link);
    this.unsubscribes = new Requests(link);
  }

  subscribe(
    topic: string,
    onEvent: EventHandler,
    { timeout = DEFAULT_TIMEOUT, signal }: RequestOptions,
  ): Promise<Subscription> {
    // The same function may be subscribed twice: each time is its own handler.
    const handler: EventHandler = (event) => onEvent(event);
    return this.subscribes.request({
      name: `SUBSCRIBE "${topic}"`,
      timeout,
      signal,
      make: (request) => ({ kind: "subscribe", request, options: {}, topic }),
      accept: ({ subscription }) => {
        this.#handlersOf(subscription).add(handler);
        return {
          topic,
          unsubscribe: (options = {}) =>
            this.#unsubscribe(topic, subscription, handler, options),
        };
      },
    });
  }

  async #unsubscribe(
    topic: string,
    subscription: number,
    handler: EventHandler,
    { timeout = DEFAULT_TIMEOUT, signal }: RequestOptions,
  ): Promise<void> {
    const handlers = this.#handlersOf(subscription);
    const wasLast = handlers.delete(handler) && handlers.size === 0;
    if (!wasLast) return;
    await this.unsubscribes.request({
      name: `UNSUBSCRIBE "${topic}"`,
      timeout,
      signal,
      make: (request) => ({ kind: "unsubscribe", request, subscription }),
      accept: () => {},
    });
  }

  #handlersOf(subscription: number): Set<EventHandler> {
    let handlers = this.#handlers.get(subscription);
    if (handlers === undefined) {
      handlers = new Set();
      this.#handlers.set(subscription, handlers);
    }
    return handlers;
  }

  onSubscribed(message: Subscribed): void {
    this.subscribes.answer(message.request, message);
    this.#handlersOf(message.subscription);
  }

  onEvent(message: EventMessage): void {
    const { subscription, publication, details, args, kwargs } = message;
    const handlers = this.#handlers.get(subscription);
    if (handlers === undefined) {
      throw new ProtocolViolation(
        `EVENT of subscription ${subscription}, never made`,
      );
    }
    for (const handler of handlers) {
      try {
        handler({ publication, details, args, kwargs });
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  end(error: Error): void {
    this.subscribes.failAll(error);
    this.unsubscribes.failAll(error);
  }
}
