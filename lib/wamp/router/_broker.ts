import { LAYOUTS } from "../layouts.ts";
import type { Publish, Subscribe, Unsubscribe } from "../messages.ts";
import { WAMP_URI } from "../uri.ts";
import { refusal } from "./_refusal.ts";
import { freeId } from "./_ids.ts";
import type { Member } from "./_member.ts";

interface Subscription {
  readonly id: number;
  readonly topic: string;
  readonly subscribers: Set<Member>;
}

/** Routes the events of one realm. */
export class Broker {
  readonly #makeId: () => number;
  readonly #topics = new Map<string, Subscription>();
  readonly #subscriptions = new Map<number, Subscription>();

  constructor(makeId: () => number) {
    this.#makeId = makeId;
  }

  subscribe(subscriber: Member, { request, topic }: Subscribe): void {
    const subscription = this.#topics.get(topic) ?? this.#add(topic);
    subscription.subscribers.add(subscriber);
    const { id } = subscription;
    subscriber.send({ kind: "subscribed", request, subscription: id });
  }

  #add(topic: string): Subscription {
    const id = freeId(this.#makeId, this.#subscriptions);
    const subscription = { id, topic, subscribers: new Set<Member>() };
    this.#topics.set(topic, subscription);
    this.#subscriptions.set(id, subscription);
    return subscription;
  }

  unsubscribe(
    subscriber: Member,
    { request, subscription: id }: Unsubscribe,
  ): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription?.subscribers.has(subscriber)) {
      this.#remove(subscription, subscriber);
      subscriber.send({ kind: "unsubscribed", request });
      return;
    }
    const text = `There is no subscription ${id}`;
    const uri = WAMP_URI.noSuchSubscription;
    subscriber.send(refusal(LAYOUTS.unsubscribe.code, request, uri, text));
  }

  #remove(subscription: Subscription, subscriber: Member): void {
    subscription.subscribers.delete(subscriber);
    if (subscription.subscribers.size > 0) return;
    this.#topics.delete(subscription.topic);
    this.#subscriptions.delete(subscription.id);
  }

  publish(publisher: Member, message: Publish): void {
    const { request, options, topic } = message;
    const publication = this.#makeId();
    const subscription = this.#topics.get(topic);
    if (subscription !== undefined) {
      deliver(subscription, publication, publisher, message);
    }
    if (options.acknowledge === true) {
      publisher.send({ kind: "published", request, publication });
    }
  }

  /** Forgets a member. */
  leave(member: Member): void {
    for (const subscription of this.#subscriptions.values()) {
      this.#remove(subscription, member);
    }
  }
}

function deliver(
  { id, subscribers }: Subscription,
  publication: number,
  publisher: Member,
  { options, args, kwargs }: Publish,
): void {
  for (const subscriber of subscribers) {
    if (subscriber === publisher && options.exclude_me !== false) continue;
    subscriber.send({
      kind: "event",
      subscription: id,
      publication,
      details: {},
      args,
      kwargs,
    });
  }
}
