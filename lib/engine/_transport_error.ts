import { adviseOnTls, explainTlsFailure } from "../tls/failure.ts";
import { type EngineAddress, formatEngineAddress } from "./address.ts";
import {
  type EngineError,
  EngineProtocolError,
  EngineUnavailableError,
  type UnavailableReason,
} from "./errors.ts";

/**
 * How the runtime words the troubles of a connection (Deno 2.9: hyper's error,
 * then the operating system's), and what each means.
 */
const REASONS: readonly (readonly [RegExp, UnavailableReason])[] = [
  [/No such file or directory/, "socket_missing"],
  [/Permission denied/, "permission_denied"],
  [/Connection refused/, "refused"],
  [/dns error/, "host_unknown"],
  [
    /SendRequest|connection closed|reset|Broken pipe|reading a body/i,
    "disconnected",
  ],
];

/** What the settings of the engine's TLS are called. */
const TLS_SETTINGS = {
  authorities: "DOCKER_CERT_PATH (its ca.pem)",
  identity: "DOCKER_CERT_PATH (its cert.pem and key.pem)",
};

/** An answer that is no HTTP, in hyper's words. */
const NO_HTTP = /invalid HTTP|message head is too large/;

/** Options of {@linkcode toTransportError}. */
export interface TransportErrorOptions {
  action: string;
  address: EngineAddress;
}

/**
 * Turns what `fetch`, or reading a body, rejected with into an error that says
 * what is wrong with the way to the engine.
 */
export function toTransportError(
  error: unknown,
  options: TransportErrorOptions,
): EngineError {
  const { action, address } = options;
  const where = `the Docker engine at "${formatEngineAddress(address)}"`;
  if (error instanceof Deno.errors.NotCapable) {
    return new EngineUnavailableError(
      `Deno lacks a permission to talk to ${where}: ${error.message}`,
      { action, cause: error, reason: "runtime_permission_missing" },
    );
  }
  const cause = withoutUrl(error);
  if (NO_HTTP.test(cause.message)) {
    return new EngineProtocolError(
      `what answers in place of ${where} does not speak HTTP: ${cause.message}`,
      { action, cause },
    );
  }
  const tls = explainTlsFailure(cause.message);
  if (tls !== undefined) {
    const advice = adviseOnTls(tls.kind, TLS_SETTINGS);
    return new EngineUnavailableError(
      `${where} cannot be reached over TLS: ${tls.meaning}; ${advice} (${cause.message})`,
      { action, cause, reason: "tls" },
    );
  }
  const reason = REASONS.find(([words]) => words.test(cause.message))?.[1] ??
    "unreachable";
  return new EngineUnavailableError(
    explain(reason, where, cause.message),
    { action, cause, reason },
  );
}

function explain(
  reason: UnavailableReason,
  where: string,
  words: string,
): string {
  switch (reason) {
    case "socket_missing":
      return `${where} has no socket there: start the engine, or set DOCKER_HOST to where it listens`;
    case "permission_denied":
      return `${where} does not let this user in: run as a user or with a group that may open its socket`;
    case "refused":
      return `${where} accepts no connection: start the engine, or set DOCKER_HOST to where it listens`;
    case "host_unknown":
      return `${where} has a host name that does not resolve, check it in DOCKER_HOST: ${words}`;
    case "disconnected":
      return `${where} closed the connection: ${words}`;
    case "runtime_permission_missing":
    case "tls":
    case "unreachable":
      return `${where} cannot be reached: ${words}`;
  }
}

/**
 * The runtime's error without the URL in its message: the query holds build
 * arguments, and those may hold a proxy's password.
 */
function withoutUrl(error: unknown): Error {
  const inner = error instanceof Error && error.cause instanceof Error
    ? error.cause
    : error;
  const message = inner instanceof Error ? inner.message : String(inner);
  return new Error(
    message.replace(/^error sending request.*?: (?=client error|error)/, ""),
  );
}
