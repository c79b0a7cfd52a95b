import {
  hasLogin,
  type Proxies,
  proxyVariables,
} from "../../network/proxies.ts";
import { Secret } from "../../secret/secret.ts";
import type { GitUrl } from "./url.ts";

/** How git is told of proxies. */
export interface GitProxy {
  readonly environment: Readonly<Record<string, string>>;
  /** A configuration file that must stay private, where a proxy has a login. */
  readonly config?: Secret;
}

/**
 * Tells git and git-lfs of the proxies: in the environment or, because all that
 * git starts inherits that, in a private file where there is a login. There,
 * git knows one proxy only: that for the scheme of the repository.
 */
export function gitProxy(url: GitUrl, proxies: Proxies): GitProxy {
  const { http, https, exceptions } = proxies;
  if (![http, https].some((proxy) => proxy && hasLogin(proxy))) {
    return { environment: proxyVariables(proxies) };
  }
  const proxy = url.protocol === "http" ? http : https;
  return {
    environment: proxyVariables({ exceptions }),
    // A URL holds none of the characters that are special within the quotes.
    ...(proxy && {
      config: new Secret(`[http]\n\tproxy = "${proxy.reveal()}"\n`),
    }),
  };
}
