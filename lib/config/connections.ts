import type { Config } from "./config.ts";
import { loadTls } from "./load_tls.ts";
import { configuredProxies } from "./proxies.ts";
import {
  type Proxies,
  proxyFor,
  secretsOfProxies,
} from "../network/proxies.ts";
import { Secret } from "../secret/secret.ts";
import { secretsOfUrl } from "../secret/url_secrets.ts";
import type { SourceOptions } from "../source/source.ts";
import { createTlsClient, type TlsOptions } from "../tls/http_client.ts";
import { sourceOptions } from "./source_options.ts";

/** How the configuration has others connected to. Disposing ends it. */
export interface Connections extends Disposable {
  /** Client of the Build Manager's socket. */
  readonly managerClient: Deno.HttpClient;
  /** `host:port` of the proxy that it goes through, if there is one. */
  readonly managerProxy: string | undefined;
  readonly engineTls: TlsOptions;
  readonly source: SourceOptions;
  /** What builds are told of, with their logins. */
  readonly buildProxies: Proxies | undefined;
  /** What must not be shown of all that. */
  readonly secrets: readonly Secret[];
}

/**
 * Reads the certificates that a configuration names, and makes the clients that
 * use them.
 *
 * @throws {ConfigError} naming every file that cannot be used, and why
 */
export async function openConnections(config: Config): Promise<Connections> {
  const { settings } = config;
  const tls = await loadTls(config);
  const proxies = configuredProxies(settings);
  using stack = new DisposableStack();
  const managerClient = stack.use(createTlsClient(tls.manager));
  const client = stack.use(createTlsClient(tls.sources));
  const clients = stack.move();
  return {
    managerClient,
    managerProxy: proxyFor(config.endpoint, proxies),
    engineTls: tls.engine,
    source: sourceOptions(settings, { tls: tls.sources, client }),
    buildProxies: settings.BUILD_PROXY ? proxies : undefined,
    secrets: [
      ...secretsOfProxies(proxies),
      ...secretsOfEndpoint(config.endpoint),
    ],
    [Symbol.dispose]: () => clients.dispose(),
  };
}

/** A Build Manager's address has no parts that all may see but its place. */
function secretsOfEndpoint({ href, search }: URL): Secret[] {
  const query = search === "" ? [] : [new Secret(search.slice("?".length))];
  // A socket's address is one of HTTP: a user alone may be a token.
  return [...secretsOfUrl(href.replace(/^ws/, "http")), ...query];
}
