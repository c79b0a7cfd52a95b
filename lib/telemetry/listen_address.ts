/** Where the worker's own web server listens. */
export interface ListenAddress {
  /** A name or an address; an IPv6 address without its brackets. */
  readonly hostname: string;
  /** `0` leaves the choice to the system. */
  readonly port: number;
}

const EXPECTED =
  "a host and a port such as 127.0.0.1:9090, [::1]:9090, or :9090 for every IPv4 address of this machine";

/** Every address of IPv4: not every machine has IPv6. */
const EVERY_ADDRESS = "0.0.0.0";

const MAX_PORT = 65_535;

/**
 * Reads `host:port`, where an IPv6 address stands in brackets and a missing
 * host means every address of IPv4.
 *
 * @throws {Error} whose message completes "expected …"
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, host = "", digits] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > MAX_PORT) throw new Error(EXPECTED);
  if (host === "") return { hostname: EVERY_ADDRESS, port };
  if (!isHost(host)) throw new Error(EXPECTED);
  return { hostname: host.replace(/^\[(.*)\]$/, "$1"), port };
}

/** `host:port`, as it stands in a URL. */
export function formatListenAddress({ hostname, port }: ListenAddress): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** Whether `host` is all that a URL takes from it, but for the case. */
function isHost(host: string): boolean {
  return /^[\w.-]+$|^\[[\da-fA-F:.]+\]$/.test(host) &&
    URL.canParse(`http://${host}`);
}
