import type { Dict, Payload } from "./messages.ts";
import type { RequestOptions } from "./session_options.ts";

/** One call of a registered procedure. */
export interface Invocation extends Payload {
  readonly details: Dict;
  /**
   * Aborts when the caller cancels (the reason is then a `WampError` with the
   * URI `wamp.error.canceled`, which may be thrown as it is) and when the
   * session ends (`SessionLost`; no answer can be sent any more).
   */
  readonly signal: AbortSignal;
}

/** What a procedure gives back; what is left out is empty. */
export type InvocationResult = Partial<Payload>;

/**
 * Serves a procedure. A `WampError` that it throws is sent to the caller;
 * anything else it throws becomes `wamp.error.runtime_error` without a word of
 * the original.
 */
export type InvocationHandler = (
  invocation: Invocation,
) => InvocationResult | void | Promise<InvocationResult | void>;

/** A procedure that the router knows. */
export interface Registration {
  readonly procedure: string;
  /**
   * Withdraws the procedure; running invocations go on.
   *
   * The router that Quay runs (autobahn 0.9.3) drops the connection for it:
   * with that one, leave the session instead.
   *
   * @throws {WampError} when the router refuses.
   * @throws {CallTimeout} when it does not answer in time.
   * @throws {SessionLost} when the session is over.
   */
  unregister(options?: RequestOptions): Promise<void>;
}
