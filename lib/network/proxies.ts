import { Secret } from "../secret/secret.ts";
import { secretsOfUrl } from "../secret/url_secrets.ts";
import { isException, namelessExceptions } from "./_proxy_exceptions.ts";

/** The proxies between this machine and others; by default there is none. */
export interface Proxies {
  /** URL of the proxy for `http:`, often with a login. */
  readonly http?: Secret | undefined;
  /** URL of the proxy for `https:`. */
  readonly https?: Secret | undefined;
  /** Hosts that are reached without one, with commas in between. */
  readonly exceptions?: string | undefined;
}

/**
 * The variables that programs look for proxies in (curl(1)), in both cases,
 * with their logins.
 */
export function proxyVariables(
  { http, https, exceptions }: Proxies,
): Record<string, string> {
  const values = {
    HTTP_PROXY: http?.reveal(),
    HTTPS_PROXY: https?.reveal(),
    NO_PROXY: exceptions,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[name, value], [name.toLowerCase(), value]] as const
    ),
  );
}

/** The passwords in the proxies' URLs. */
export function secretsOfProxies({ http, https }: Proxies): Secret[] {
  return [http, https].flatMap((url) => url ? secretsOfUrl(url.reveal()) : []);
}

/** Whether a proxy's URL holds a login. */
export function hasLogin(proxy: Secret): boolean {
  const { username, password } = new URL(proxy.reveal());
  return username !== "" || password !== "";
}

/**
 * The proxy on the way to a URL of HTTP or a WebSocket, as the runtime (Deno
 * 2.9) chooses it.
 *
 * @returns its `host:port`, without a login; `undefined` where there is none
 */
export function proxyFor(
  { protocol, hostname }: URL,
  { http, https, exceptions = "" }: Proxies,
): string | undefined {
  const proxy = /^(https|wss):$/.test(protocol) ? https : http;
  if (proxy === undefined || isException(hostname, exceptions)) {
    return undefined;
  }
  return new URL(proxy.reveal()).host;
}

/**
 * The entries of {@linkcode Proxies.exceptions} that the runtime (Deno 2.9)
 * applies to no host: such as `*.example.com`, `[::1]`, and names in capitals
 * or with a port.
 */
export function idleExceptions({ exceptions = "" }: Proxies): string[] {
  return namelessExceptions(exceptions);
}

/** Schemes of proxies that the runtime (Deno 2.9), curl and Go all know. */
const SCHEMES = ["http:", "https:", "socks5:", "socks5h:"];

/**
 * Reads a proxy's URL; without a scheme it is one of HTTP, as everywhere.
 *
 * @throws {TypeError} saying what was expected
 */
export function parseProxyUrl(text: string): Secret {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const isProxy = url !== null && url.hostname !== "" &&
    SCHEMES.includes(url.protocol);
  if (!isProxy) {
    throw new TypeError("the URL of a proxy that begins with http://");
  }
  return new Secret(url.href.replace(/\/$/, ""));
}
