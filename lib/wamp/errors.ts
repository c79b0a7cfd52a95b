import type { Dict, Payload } from "./messages.ts";
import type { SessionClosed } from "./session_closed.ts";
import { describeClosed, describeReason } from "./session_closed.ts";

/**
 * The error that one side of a call tells the other, as it stands in an ERROR
 * message: thrown by {@linkcode Session.call} when the callee or the router
 * sent one, and thrown by a procedure's handler to send one.
 */
export class WampError extends Error {
  override readonly name = "WampError";
  /** What went wrong, for programs. */
  readonly uri: string;
  readonly args: readonly unknown[];
  readonly kwargs: Dict;

  /** `uri` must be a URI by the protocol's rule. */
  constructor(
    uri: string,
    options: ErrorOptions & Partial<Payload> & { message?: string } = {},
  ) {
    super(options.message ?? describeError(uri, options.args), options);
    this.uri = uri;
    this.args = options.args ?? [];
    this.kwargs = options.kwargs ?? {};
  }
}

/** Most peers put a text for people first among an error's arguments. */
function describeError(uri: string, args: readonly unknown[] = []): string {
  const text = args[0];
  const message = typeof text === "string" && text !== "" ? text : undefined;
  return describeReason({ uri, message });
}

/** The peer sent what the protocol does not allow. Ends the session. */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
}

/** The router answered HELLO with ABORT. */
export class SessionRefused extends Error {
  override readonly name = "SessionRefused";
  /** The reason, for programs. */
  readonly uri: string;
  readonly realm: string;

  constructor(realm: string, uri: string, message?: string) {
    const detail = describeReason({ uri, message });
    super(`Cannot join realm "${realm}": the router refused (${detail})`);
    this.uri = uri;
    this.realm = realm;
  }
}

/** The session is over, so what was asked of it cannot be answered. */
export class SessionLost extends Error {
  override readonly name = "SessionLost";
  /** How it ended. */
  readonly closed: SessionClosed;

  constructor(closed: SessionClosed, options?: ErrorOptions) {
    super(`The WAMP session is over: ${describeClosed(closed)}`, options);
    this.closed = closed;
  }
}

/** No answer came in time. The session goes on; a late answer is dropped. */
export class CallTimeout extends Error {
  override readonly name = "CallTimeout";
  /** What was asked, for example `CALL "com.example.add"`. */
  readonly request: string;
  /** How long the answer was waited for, in milliseconds. */
  readonly timeout: number;

  constructor(request: string, timeout: number) {
    super(`No answer to ${request} within ${timeout} ms`);
    this.request = request;
    this.timeout = timeout;
  }
}
