import { configuredProxies } from "../config/proxies.ts";
import { baseUrl } from "../engine/address.ts";
import { idleExceptions, proxyFor } from "../network/proxies.ts";
import type { Secret } from "../secret/secret.ts";
import { quote } from "../text/quote.ts";
import { type Check, type Finding, ok, warning, wrong } from "./check.ts";

/** Whether the proxies can be reached, and are not in the way. */
export const PROXIES: Check = {
  name: "proxies",
  async *look({ config: { settings, engine, endpoint } }, signal) {
    const { HTTP_PROXY, HTTPS_PROXY } = settings;
    const proxies = Object.entries({ HTTP_PROXY, HTTPS_PROXY })
      .flatMap(([name, url]) => url === undefined ? [] : [{ name, url }]);
    if (proxies.length === 0) {
      yield ok("none are set");
      return;
    }
    for (const { name, url } of proxies) yield await reach(name, url, signal);
    const idle = idleExceptions(configuredProxies(settings));
    if (idle.length > 0) {
      yield warning(
        `NO_PROXY names no host with ${
          idle.map((entry) => quote(entry)).join(", ")
        }`,
        "Write names in lower case, without * and port (example.com is all below it, too), addresses without brackets, and networks as 10.0.0.0/8",
      );
    }
    const others = [
      [
        "the engine",
        engine?.kind === "tcp" ? new URL(baseUrl(engine)) : undefined,
      ],
      ["the Build Manager", endpoint],
    ] as const;
    for (const [what, url] of others) {
      if (url === undefined || !isLocal(url.hostname)) continue;
      const proxy = proxyFor(url, configuredProxies(settings));
      if (proxy === undefined) continue;
      yield warning(
        `${what} at ${url.hostname} is reached through the proxy ${proxy}`,
        `If that is not meant, add ${
          withoutBrackets(url.hostname)
        } to NO_PROXY`,
      );
    }
  },
};

async function reach(
  name: string,
  proxy: Secret,
  signal: AbortSignal,
): Promise<Finding> {
  const { protocol, hostname, host, port } = new URL(proxy.reveal());
  const usual = protocol === "https:" ? 443 : protocol === "http:" ? 80 : 1080;
  try {
    const connection = await Deno.connect({
      hostname: withoutBrackets(hostname),
      port: port === "" ? usual : Number(port),
      signal,
    });
    connection.close();
    return ok(`${name}: ${host} accepts connections`);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    if (signal.aborted) throw signal.reason;
    return wrong(
      `${name}: ${host} cannot be reached: ${
        error instanceof Error ? error.message : String(error)
      }`,
      `Correct ${name}, or start that proxy`,
    );
  }
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** A host that is usually not behind a proxy: this machine, or its network. */
function isLocal(host: string): boolean {
  if (host.startsWith("[")) return /^\[(::1\]|f[cd])/i.test(host);
  return host === "localhost" || !host.includes(".") ||
    /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(host);
}
