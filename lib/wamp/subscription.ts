import type { Dict, Payload } from "./messages.ts";
import type { RequestOptions } from "./session_options.ts";

/** Something published under a topic. */
export interface TopicEvent extends Payload {
  /** The router's ID of the publication. */
  readonly publication: number;
  readonly details: Dict;
}

/** Takes the events of a topic, in their order. Must not block. */
export type EventHandler = (event: TopicEvent) => void;

/** A handler that receives a topic's events. */
export interface Subscription {
  readonly topic: string;
  /**
   * Stops the events. The router is told when nobody else on this session
   * listens to the topic.
   *
   * @throws {WampError} when the router refuses.
   * @throws {CallTimeout} when it does not answer in time.
   * @throws {SessionLost} when the session is over.
   */
  unsubscribe(options?: RequestOptions): Promise<void>;
}
