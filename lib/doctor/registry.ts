import { configuredProxies } from "../config/proxies.ts";
import { type Proxies, proxyFor } from "../network/proxies.ts";
import { adviseOnTls, explainTlsFailure } from "../tls/failure.ts";
import { createTlsClient } from "../tls/http_client.ts";
import { NAME_ONE, OR_NAME_ONE, registryHost } from "./_registry_host.ts";
import {
  type Check,
  type Finding,
  ok,
  unchecked,
  warning,
  wrong,
} from "./check.ts";

/**
 * Whether the registry answers this machine. The engine does all pulling and
 * pushing; what differs between the two is where to look for a fault.
 *
 * @see {@link https://distribution.github.io/distribution/spec/api/#api-version-check}
 */
export const REGISTRY: Check = {
  name: "registry from here",
  async *look(circumstances, signal) {
    const found = registryHost(circumstances);
    if (found === undefined) {
      yield unchecked("no registry is known", NAME_ONE);
      return;
    }
    using client = createTlsClient(circumstances.tls.sources);
    const proxies = configuredProxies(circumstances.config.settings);
    const finding = await ask(found.host, { client, proxies, signal });
    yield found.isGuess && finding.verdict === "wrong"
      ? warning(finding.message, `${finding.advice}. ${OR_NAME_ONE}`)
      : finding;
  },
};

/** How a registry is asked. */
interface Way {
  readonly client: Deno.HttpClient;
  /** Those that the client goes through, for messages. */
  readonly proxies: Proxies;
  readonly signal: AbortSignal;
}

async function ask(
  host: string,
  { client, proxies, signal }: Way,
): Promise<Finding> {
  const secure = new URL(`https://${host}/v2/`);
  const plain = new URL(`http://${host}/v2/`);
  const get = (url: URL) => fetch(url, { client, signal, redirect: "manual" });
  try {
    return await judge(await get(secure), host);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    if (signal.aborted) throw signal.reason;
    const words = wordsOf(error);
    if (explainTlsFailure(words)?.kind !== "not_tls") {
      return unreachable(host, words, proxyFor(secure, proxies));
    }
  }
  try {
    return await judge(await get(plain), `${host}, without TLS,`);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return unreachable(host, wordsOf(error), proxyFor(plain, proxies));
  }
}

/** A registry answers 200, or 401 where it wants to know who asks. */
async function judge(response: Response, where: string): Promise<Finding> {
  await response.body?.cancel();
  const { status, headers } = response;
  const isRegistry = headers.get("Docker-Distribution-API-Version") ===
      "registry/2.0" || headers.get("WWW-Authenticate") !== null;
  if (isRegistry && (status === 200 || status === 401)) {
    return ok(`a registry answers at ${where.replace(/,$/, "")}`);
  }
  return wrong(
    `what answers at ${where} is no registry: its answer to /v2/ is ${status}`,
    "Check the host and the port, and a proxy that answers in its place",
  );
}

function wordsOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {};
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replace(/^error sending request.*?: (?=client error)/, "");
}

function unreachable(
  host: string,
  words: string,
  proxy: string | undefined,
): Finding {
  const tls = explainTlsFailure(words);
  if (tls !== undefined) {
    return wrong(
      `${host}: ${tls.meaning} (${words})`,
      `The engine may know better, see below. For this machine ${
        adviseOnTls(tls.kind, {
          authorities: "TLS_CA_PATH",
          identity: "the engine's /etc/docker/certs.d",
        })
      }`,
    );
  }
  // A proxy looks names up itself: what failed is the way to the proxy.
  if (proxy !== undefined && /dns error|tcp connect error/.test(words)) {
    return wrong(
      `${host}: the proxy ${proxy} on the way cannot be reached (${words})`,
      "See the proxies, above",
    );
  }
  const [, meaning, advice] =
    TROUBLES.find(([pattern]) => pattern.test(words)) ?? UNKNOWN;
  return wrong(`${host}: ${meaning} (${words})`, advice);
}

type Trouble = readonly [words: RegExp, meaning: string, advice: string];

const UNKNOWN: Trouble = [
  /^/,
  "it cannot be reached",
  "Check the host, the port, firewalls and proxies",
];

/** The words of the runtime (Deno 2.9), what they mean, and what to do. */
const TROUBLES: readonly Trouble[] = [
  [
    /dns error/,
    "its name does not resolve",
    "Check the host's name, and this machine's name resolution",
  ],
  [
    /tunnel|proxy/i,
    "the proxy does not connect to it",
    "Check HTTPS_PROXY, and whether the host belongs into NO_PROXY",
  ],
  [
    /tcp connect error|Connection refused/,
    "nothing accepts connections there",
    "Check the port, whether the registry runs, and firewalls",
  ],
];
