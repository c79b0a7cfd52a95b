import { type Proxies, proxyFor } from "../network/proxies.ts";

/** Where a Docker engine listens. */
export type EngineAddress =
  | { readonly kind: "unix"; readonly path: string }
  | {
    readonly kind: "tcp";
    readonly hostname: string;
    readonly port: number;
    readonly secure: boolean;
  };

/** Options of {@linkcode parseEngineAddress}. */
export interface ParseEngineAddressOptions {
  /** Whether `tcp://` means TLS, as it does beside client certificates. Default `false`. */
  tls?: boolean;
}

/** The engine's registered ports, without and with TLS (IANA `docker`, `docker-s`). */
const PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an engine's address as `DOCKER_HOST` holds it: `unix:///path`,
 * `tcp://host[:port]`, `http://host[:port]` or `https://host[:port]`. The port
 * defaults to 2375, with TLS to 2376.
 *
 * @throws {TypeError} when it is none of these; the message says what is wrong.
 */
export function parseEngineAddress(
  text: string,
  options: ParseEngineAddressOptions = {},
): EngineAddress {
  // A slash in a password, or a missing one, would deceive any grammar.
  const shown = text.replace(/^([a-z]+:\/*)?.*@/is, "$1…@");
  const fail = (detail: string) =>
    new TypeError(`Cannot parse engine address "${shown}": ${detail}`);
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) {
    throw fail(
      'scheme is missing, expected e.g. "unix:///var/run/docker.sock"',
    );
  }
  switch (scheme.toLowerCase()) {
    case "unix":
      if (!rest.startsWith("/") || rest === "/") {
        throw fail("path of the socket is not absolute");
      }
      return { kind: "unix", path: rest };
    case "tcp":
      return parseTcp(rest, options.tls ?? false, fail);
    case "http":
      return parseTcp(rest, false, fail);
    case "https":
      return parseTcp(rest, true, fail);
    default:
      throw fail(
        `scheme "${scheme}" is not supported, expected unix, tcp, http or https`,
      );
  }
}

/** Writes an address as `DOCKER_HOST` would hold it. */
export function formatEngineAddress(address: EngineAddress): string {
  return address.kind === "unix"
    ? `unix://${address.path}`
    : `${
      address.secure ? "https" : "tcp"
    }://${address.hostname}:${address.port}`;
}

/** The URL that an engine's endpoints are below. */
export function baseUrl(address: EngineAddress): string {
  switch (address.kind) {
    case "unix":
      return "http://localhost";
    case "tcp":
      return `${
        address.secure ? "https" : "http"
      }://${address.hostname}:${address.port}`;
  }
}

/**
 * The proxy on the way to an engine, as the runtime chooses it.
 *
 * @returns its `host:port`; `undefined` where there is none
 */
export function proxyToEngine(
  address: EngineAddress,
  proxies: Proxies,
): string | undefined {
  return address.kind === "unix"
    ? undefined
    : proxyFor(new URL(baseUrl(address)), proxies);
}

function parseTcp(
  rest: string,
  secure: boolean,
  fail: (detail: string) => TypeError,
): EngineAddress {
  // The URL parser drops the default port of http and https, so that a scheme
  // of our own tells an absent port from a given one.
  const url = URL.parse(`engine://${rest}`);
  if (url === null || url.hostname === "") {
    throw fail("host or port is not valid, expected host:port");
  }
  if (url.username !== "" || url.password !== "") {
    throw fail("user and password are not supported");
  }
  if ((url.pathname !== "" && url.pathname !== "/") || url.search || url.hash) {
    throw fail("nothing may follow the port");
  }
  const port = url.port === "" ? (secure ? TLS_PORT : PORT) : Number(url.port);
  return { kind: "tcp", hostname: url.hostname, port, secure };
}
