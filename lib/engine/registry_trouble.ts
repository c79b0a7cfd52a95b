import { withoutNames } from "./_without_names.ts";

/**
 * What keeps the engine from pulling or pushing.
 *
 * - `name`: the registry's name does not resolve on the engine's machine
 * - `unreachable`: no way leads there from the engine's machine
 * - `refused`: nothing accepts connections there
 * - `timeout`: the registry does not answer in time
 * - `untrusted`: its certificate is of an authority that the engine does not know
 * - `wrong_host`: its certificate is for another name
 * - `expired`: its certificate is not valid now
 * - `plain_http`: it speaks HTTP, and the engine wants TLS
 * - `tls`: any other trouble with TLS
 * - `proxy`: the engine's proxy does not let it through
 * - `rate_limit`: it limits how often images are pulled
 * - `quota`: it has no room for more, or not for this account
 * - `too_large`: it, or a proxy before it, does not take layers so large
 * - `platform`: the image is not there for the engine's kind of processor
 * - `missing`: it has no such image
 * - `denied`: it does not let these credentials in
 * - `broken`: what answers is no registry, or one in trouble
 * - `disk_full`: the engine's own disk is full
 */
export type RegistryTrouble =
  | "name"
  | "unreachable"
  | "refused"
  | "timeout"
  | "untrusted"
  | "wrong_host"
  | "expired"
  | "plain_http"
  | "tls"
  | "proxy"
  | "rate_limit"
  | "quota"
  | "too_large"
  | "platform"
  | "missing"
  | "denied"
  | "broken"
  | "disk_full";

/**
 * The engine's words (20.10: its own, Go's, and the registry's), the most
 * telling first: a quota comes as a denial, and a denial speaks of what may not
 * exist.
 */
const WORDS: readonly (readonly [RegExp, RegistryTrouble])[] = [
  [/no space left on device/i, "disk_full"],
  [/proxyconnect|Proxy Authentication Required/i, "proxy"],
  [
    /no such host|dial \w+: lookup |server misbehaving|name resolution/i,
    "name",
  ],
  [/no route to host|network is unreachable/i, "unreachable"],
  [/connection refused/i, "refused"],
  [/x509: .*(unknown authority|not trusted|self.signed)/i, "untrusted"],
  [/x509: .*(expired|not yet valid)/i, "expired"],
  [/x509: .*(valid for|any (IP|host)|SANs|Common Name)/i, "wrong_host"],
  [/server gave HTTP response to HTTPS client/i, "plain_http"],
  [
    /i\/o timeout|Client\.Timeout exceeded|deadline exceeded|TLS handshake timeout/i,
    "timeout",
  ],
  [/x509: |tls: |TLS handshake/, "tls"],
  [/too ?many ?requests|rate limit/i, "rate_limit"],
  [/\bquota\b|HTTP(?: status:)? 507\b/i, "quota"],
  [/HTTP(?: status:)? 413\b/, "too_large"],
  [/no matching manifest|does not match the specified platform/i, "platform"],
  [/manifest .*unknown|not found|name unknown/i, "missing"],
  [
    /unauthorized|denied|forbidden|authentication required|no basic auth/i,
    "denied",
  ],
  [/unexpected HTTP status|error parsing HTTP/i, "broken"],
];

/**
 * Tells what the engine's words about a pull or a push mean; `undefined` where
 * they are not known.
 */
export function registryTrouble(words: string): RegistryTrouble | undefined {
  const own = withoutNames(words);
  return WORDS.find(([pattern]) => pattern.test(own))?.[1];
}
