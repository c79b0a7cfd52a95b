import type { Config } from "./config.ts";
import { configuredProxies } from "./proxies.ts";
import type { SourceOptions } from "../source/source.ts";
import type { TlsOptions } from "../tls/http_client.ts";

/** What the sources of builds are fetched with, besides the settings. */
export interface SourceConnection {
  /** Whom downloads and git trust. Default: whom Deno and the system trust. */
  readonly tls?: TlsOptions;
  /** Client of downloads, which trusts the same. Default: the runtime's own. */
  readonly client?: Deno.HttpClient;
}

/** How the configuration has the sources of builds opened. */
export function sourceOptions(
  settings: Config["settings"],
  { tls, client }: SourceConnection = {},
): SourceOptions {
  const proxies = configuredProxies(settings);
  return {
    limits: {
      packageBytes: settings.PACKAGE_LIMIT,
      memoryBytes: settings.PACKAGE_MEMORY,
      unpackedBytes: settings.UNPACKED_LIMIT,
      entries: settings.ENTRIES_LIMIT,
    },
    temporaryDirectory: settings.TMPDIR,
    download: {
      idleTimeout: settings.DOWNLOAD_IDLE_TIMEOUT,
      ...(client && { client }),
      proxies,
    },
    git: {
      idleTimeout: settings.GIT_IDLE_TIMEOUT,
      totalTimeout: settings.GIT_TIMEOUT,
      allowFile: settings.GIT_ALLOW_FILE,
      knownHosts: settings.SSH_KNOWN_HOSTS,
      proxies,
      trust: {
        authorities: tls?.authorities,
        only: settings.TLS_CA_ONLY,
      },
    },
  };
}
