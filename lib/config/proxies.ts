import type { Proxies } from "../network/proxies.ts";
import type { Config } from "./config.ts";

/** The proxies that the settings name. */
export function configuredProxies(
  settings: Partial<Config["settings"]>,
): Proxies {
  return {
    http: settings.HTTP_PROXY,
    https: settings.HTTPS_PROXY,
    exceptions: settings.NO_PROXY,
  };
}
