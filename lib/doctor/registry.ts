import { configuredProxies } from "../config/proxies.ts";
import { type Proxies, proxyFor } from "../network/proxies.ts";
import { adviseOnTls, explainTlsFailure } from "../tls/failure.ts";
import { createTlsClient } from "../tls/http_client.ts";
import {
  NAME_ONE,
  OR_NAME_ONE,
  registryHost,
  registryServer,
} from "./_registry_host.ts";
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
    const server = registryServer(found.host);
    const finding = await ask(server, { client, proxies, signal });
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

/** Asks as the engine does, which looks for a registry without TLS, too. */
async function ask(host: string, way: Way): Promise<Finding> {
  const secure = await get(new URL(`https://${host}/v2/`), way);
  if (secure instanceof Response) return await judge(secure, host);
  const isNotTls = explainTlsFailure(secure.words)?.kind === "not_tls";
  if (!isNotTls && !NOT_THERE.test(secure.words)) {
    return unreachable(host, secure);
  }
  const plain = await get(new URL(`http://${host}/v2/`), way);
  if (plain instanceof Response) {
    return await judge(plain, `${host}, without TLS,`);
  }
  return unreachable(host, isNotTls ? plain : secure);
}

/** Why a registry did not answer. */
interface Silence {
  /** The runtime's own. */
  readonly words: string;
  /** `host:port` of the proxy on the way. */
  readonly proxy: string | undefined;
}

async function get(
  url: URL,
  { client, proxies, signal }: Way,
): Promise<Response | Silence> {
  try {
    return await fetch(url, { client, signal, redirect: "manual" });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    if (signal.aborted) throw signal.reason;
    return { words: wordsOf(error), proxy: proxyFor(url, proxies) };
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

function unreachable(host: string, { words, proxy }: Silence): Finding {
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

/** The words of the runtime (Deno 2.9) where no server listens. */
const NOT_THERE = /tcp connect error|Connection refused/;

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
    NOT_THERE,
    "nothing accepts connections there",
    "Check the port, whether the registry runs, and firewalls",
  ],
];
