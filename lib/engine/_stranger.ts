import { inOneLine } from "../text/in_one_line.ts";
import { shorten } from "../text/shorten.ts";
import { type EngineAddress, formatEngineAddress } from "./address.ts";

/** What {@linkcode describeStranger} needs to know. */
export interface Stranger {
  readonly address: EngineAddress;
  /** `host:port` of the proxy on the way, if there is one. */
  readonly proxy: string | undefined;
  /** The status of the answer. */
  readonly status: number;
  /** What it says, unless that is a page for a browser. Default: nothing. */
  readonly words?: string | undefined;
}

/** Characters of its words that are shown. */
const MAX_WORDS = 100;

/** Says that what answers in place of an engine is none, and what to do. */
export function describeStranger(
  { address, proxy, status, words }: Stranger,
): string {
  const said = words === undefined
    ? ""
    : `: ${shorten(inOneLine(words), MAX_WORDS)}`;
  const what = `what answers at "${
    formatEngineAddress(address)
  }" is no Docker engine (${status}${said})`;
  if (proxy === undefined || address.kind === "unix") {
    return `${what}: set DOCKER_HOST to where one listens`;
  }
  return `${what}: the proxy ${proxy} is on the way, add ${address.hostname} to NO_PROXY if that is not meant`;
}
