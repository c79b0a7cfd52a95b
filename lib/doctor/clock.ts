import { createTlsClient } from "../tls/http_client.ts";
import { registryHost, registryServer } from "./_registry_host.ts";
import {
  type Check,
  type Circumstances,
  ok,
  unchecked,
  wrong,
} from "./check.ts";

/** How far the clock may be off, in milliseconds: what tokens allow, usually. */
const MOST_OFF = 5 * 60_000;

/**
 * How long one server may take to tell the time, in milliseconds: all three of
 * them within the time of a check, since one that says nothing is no fault of
 * the clock.
 */
const PATIENCE = 4_000;

/** Whether this machine's clock agrees with those of the others. */
export const CLOCK: Check = {
  name: "clock",
  async *look(circumstances, signal) {
    using client = createTlsClient(circumstances.tls.manager);
    for (const url of candidates(circumstances)) {
      const date = await dateOf(url, client, signal);
      if (date === undefined) continue;
      const off = Date.now() - date;
      const minutes = Math.round(Math.abs(off) / 60_000);
      yield Math.abs(off) <= MOST_OFF
        ? ok(`it agrees with that of ${url.host}`)
        : wrong(
          `it is ${minutes} minutes ${
            off > 0 ? "ahead of" : "behind"
          } that of ${url.host}`,
          "Tokens and certificates are not valid at another time: set it, and keep it right with NTP (timedatectl set-ntp true)",
        );
      return;
    }
    yield unchecked(
      "no server told the time",
      "See the Build Manager and the registry, above",
    );
  },
};

/** Who may tell the time: the manager, then the registry. */
function candidates(circumstances: Circumstances): URL[] {
  const { endpoint } = circumstances.config;
  const registry = registryHost(circumstances);
  const manager = endpoint &&
    new URL(endpoint.href.replace(/^ws/, "http"));
  return [
    manager && new URL("/", manager.origin),
    ...["https", "http"].map((protocol) =>
      registry &&
      URL.parse(`${protocol}://${registryServer(registry.host)}/v2/`)
    ),
  ].filter((url) => url instanceof URL);
}

/** The `Date` of an answer (RFC 9110, section 6.6.1), in ms since 1970. */
async function dateOf(
  url: URL,
  client: Deno.HttpClient,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      client,
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    await response.body?.cancel();
    const date = Date.parse(response.headers.get("Date") ?? "");
    return Number.isNaN(date) ? undefined : date;
  } catch {
    // Another check tells why; here the next server may do.
    if (signal.aborted) throw signal.reason;
    return undefined;
  }
}
