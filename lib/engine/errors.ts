/** Why an engine cannot be talked to. */
export type UnavailableReason =
  /** There is no socket at the path. */
  | "socket_missing"
  /** The operating system does not let this user open the socket. */
  | "permission_denied"
  /** Deno was not given the permission to open it. */
  | "runtime_permission_missing"
  /** Nothing accepts connections at the address. */
  | "refused"
  /** The host's name does not resolve. */
  | "host_unknown"
  /** The two sides cannot agree on TLS, or do not trust each other. */
  | "tls"
  /** The connection broke while it was in use. */
  | "disconnected"
  /** Any other trouble on the way. */
  | "unreachable";

/** Every way in which a request to the engine can fail. */
export type EngineErrorKind =
  | "unavailable"
  | "http"
  | "stream"
  | "truncated"
  | "protocol"
  | "timeout"
  | "version";

/** Options of every {@linkcode EngineError}. */
export interface EngineErrorOptions extends ErrorOptions {
  /** What was tried, as it reads after "Cannot": `pull image "x"`. */
  action: string;
}

/**
 * A request to the engine failed. The message reads "Cannot `action`:
 * `detail`"; {@linkcode EngineError.kind} tells the subclasses apart.
 */
export abstract class EngineError extends Error {
  abstract readonly kind: EngineErrorKind;
  /** What was tried, as it reads after "Cannot". */
  readonly action: string;
  /** What went wrong; in the engine's own words where it gave some. */
  readonly detail: string;

  constructor(detail: string, options: EngineErrorOptions) {
    super(`Cannot ${options.action}: ${detail}`, options);
    this.action = options.action;
    this.detail = detail;
  }
}

/** The engine cannot be reached, or the connection to it broke. */
export class EngineUnavailableError extends EngineError {
  override readonly name = "EngineUnavailableError";
  override readonly kind = "unavailable";
  readonly reason: UnavailableReason;

  constructor(
    detail: string,
    options: EngineErrorOptions & { reason: UnavailableReason },
  ) {
    super(detail, options);
    this.reason = options.reason;
  }
}

/** The engine refused a request with an HTTP status. */
export class EngineHttpError extends EngineError {
  override readonly name = "EngineHttpError";
  override readonly kind = "http";
  readonly status: number;

  constructor(
    detail: string,
    options: EngineErrorOptions & { status: number },
  ) {
    super(detail, options);
    this.status = options.status;
  }
}

/**
 * The engine accepted a request, and its message stream then told of a
 * failure: a failing build step, a pull or push that a registry denied.
 */
export class EngineStreamError extends EngineError {
  override readonly name = "EngineStreamError";
  override readonly kind = "stream";
  /** The exit status of a failing `RUN`; absent for other failures. */
  readonly code: number | undefined;

  constructor(detail: string, options: EngineErrorOptions & { code?: number }) {
    super(detail, options);
    this.code = options.code;
  }
}

/** The answer ended as if all was well, but without saying that it succeeded. */
export class EngineTruncatedError extends EngineError {
  override readonly name = "EngineTruncatedError";
  override readonly kind = "truncated";
}

/** The answer cannot be understood: whatever answers may be no Docker engine. */
export class EngineProtocolError extends EngineError {
  override readonly name = "EngineProtocolError";
  override readonly kind = "protocol";
}

/** A transfer with a registry took too long, or nothing came of it any more. */
export class EngineTimeoutError extends EngineError {
  override readonly name = "EngineTimeoutError";
  override readonly kind = "timeout";
  /** Whether it stalled; otherwise it used up all the time that it had. */
  readonly isStalled: boolean;

  constructor(
    detail: string,
    options: EngineErrorOptions & { isStalled: boolean },
  ) {
    super(detail, options);
    this.isStalled = options.isStalled;
  }
}

/** No API version suits both the engine and this client. */
export class EngineVersionError extends EngineError {
  override readonly name = "EngineVersionError";
  override readonly kind = "version";
}

/** Any failure of the engine, for an exhaustive `switch` on `kind`. */
export type EngineFailure =
  | EngineUnavailableError
  | EngineHttpError
  | EngineStreamError
  | EngineTruncatedError
  | EngineProtocolError
  | EngineTimeoutError
  | EngineVersionError;

/** Whether `error` is one of the engine's failures. */
export function isEngineFailure(error: unknown): error is EngineFailure {
  return error instanceof EngineError;
}
