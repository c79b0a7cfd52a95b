import type { Link } from "./_link.ts";
import { Requests } from "./_requests.ts";
import type { Dict, Payload, Publish, Published } from "./messages.ts";
import {
  type AcknowledgedPublishOptions,
  DEFAULT_TIMEOUT,
} from "./session_options.ts";

/** The side of a session that publishes events. */
export class Publisher {
  readonly publishes: Requests<Published>;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
    this.publishes = new Requests(link);
  }

  publish(topic: string, payload: Partial<Payload>): void {
    this.#link.request((id) => publication(id, topic, payload, {}));
  }

  async publishAcknowledged(
    topic: string,
    options: AcknowledgedPublishOptions,
  ): Promise<number> {
    return await this.publishes.request({
      name: `PUBLISH "${topic}"`,
      timeout: options.timeout ?? DEFAULT_TIMEOUT,
      signal: options.signal,
      make: (id) => publication(id, topic, options, { acknowledge: true }),
      accept: ({ publication }) => publication,
    });
  }
}

function publication(
  request: number,
  topic: string,
  { args = [], kwargs = {} }: Partial<Payload>,
  options: Dict,
): Publish {
  return { kind: "publish", request, options, topic, args, kwargs };
}
