import { type EngineAddress, formatEngineAddress } from "./address.ts";

/** What {@linkcode describeStranger} needs to know. */
export interface Stranger {
  readonly address: EngineAddress;
  /** `host:port` of the proxy on the way, if there is one. */
  readonly proxy: string | undefined;
  /** The status of the answer. */
  readonly status: number;
}

/**
 * Says that what answers in place of an engine is none, and what to do. Its own
 * words are left out: they are a page for a browser.
 */
export function describeStranger(
  { address, proxy, status }: Stranger,
): string {
  const what = `what answers at "${
    formatEngineAddress(address)
  }" is no Docker engine (${status})`;
  if (proxy === undefined || address.kind === "unix") {
    return `${what}: set DOCKER_HOST to where one listens`;
  }
  return `${what}: the proxy ${proxy} is on the way, add ${address.hostname} to NO_PROXY if that is not meant`;
}
