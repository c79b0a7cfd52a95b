import type { Link } from "./_link.ts";
import { Requests } from "./_requests.ts";
import type { CallOptions } from "./session_options.ts";
import type { Payload, Result } from "./messages.ts";
import { DEFAULT_TIMEOUT } from "./session_options.ts";

/** The side of a session that calls procedures. */
export class Caller {
  readonly calls: Requests<Result>;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
    this.calls = new Requests(link);
  }

  async call(procedure: string, options: CallOptions): Promise<Payload> {
    const { args = [], kwargs = {}, cancelSignal } = options;
    const { timeout = DEFAULT_TIMEOUT, signal } = options;
    cancelSignal?.throwIfAborted();
    let request = 0;
    const answer = this.calls.request({
      name: `CALL "${procedure}"`,
      timeout,
      signal,
      make: (id) => {
        request = id;
        return { kind: "call", request, options: {}, procedure, args, kwargs };
      },
      accept: ({ args, kwargs }) => ({ args, kwargs }),
    });
    const onCancel = () => this.#cancel(request);
    cancelSignal?.addEventListener("abort", onCancel);
    try {
      return await answer;
    } finally {
      cancelSignal?.removeEventListener("abort", onCancel);
    }
  }

  #cancel(request: number): void {
    if (!this.#link.isOpen) return;
    this.#link.send({ kind: "cancel", request, options: { mode: "kill" } });
  }
}
