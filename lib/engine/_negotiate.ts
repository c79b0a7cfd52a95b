import { readAnswer } from "./_answer.ts";
import {
  type ApiVersion,
  formatApiVersion,
  isOlder,
  NEWEST_API_VERSION,
  OLDEST_API_VERSION,
  parseApiVersion,
} from "./_api_version.ts";
import { readBody } from "./_body.ts";
import { describeStranger, type Stranger } from "./_stranger.ts";
import { EngineProtocolError, EngineVersionError } from "./errors.ts";

/** Gets one of the engine's endpoints that need no version. */
export type GetUnversioned = (path: string) => Promise<Response>;

/** What {@linkcode negotiateApiVersion} needs to know. */
export interface NegotiateOptions extends Pick<Stranger, "address" | "proxy"> {
  readonly action: string;
}

/**
 * Asks the engine which API versions it speaks and picks the newest that both
 * sides know.
 *
 * @throws {EngineProtocolError} when what answers is no Docker engine.
 * @throws {EngineVersionError} when there is no common version.
 */
export async function negotiateApiVersion(
  get: GetUnversioned,
  { action, address, proxy }: NegotiateOptions,
): Promise<ApiVersion> {
  const ping = await get("/_ping");
  await readBody(ping, action);
  const newest = parseApiVersion(ping.headers.get("Api-Version") ?? "");
  if (newest === undefined) {
    throw new EngineProtocolError(
      describeStranger({ address, proxy, status: ping.status }),
      { action },
    );
  }
  if (isOlder(newest, OLDEST_API_VERSION)) {
    throw new EngineVersionError(
      `the Docker engine speaks API ${formatApiVersion(newest)} at most, and ${
        formatApiVersion(OLDEST_API_VERSION)
      } is needed: upgrade the engine`,
      { action },
    );
  }
  if (!isOlder(NEWEST_API_VERSION, newest)) return newest;
  // Only an engine newer than this client can have dropped what it speaks.
  const version = await readAnswer(await get("/version"), action);
  const oldest = parseApiVersion(version.maybeString("MinAPIVersion") ?? "");
  if (oldest !== undefined && isOlder(NEWEST_API_VERSION, oldest)) {
    throw new EngineVersionError(
      `the Docker engine speaks API ${formatApiVersion(oldest)} at least, and ${
        formatApiVersion(NEWEST_API_VERSION)
      } is the newest known here: upgrade this program`,
      { action },
    );
  }
  return NEWEST_API_VERSION;
}
