/**
 * What kept two sides from agreeing on TLS.
 *
 * - `unknown_authority`: who vouches for the server is not trusted
 * - `authority_itself`: the server shows an authority's certificate as its own,
 *   as is one of `openssl req -x509`; to trust it changes nothing
 * - `wrong_host`: the certificate is that of another host
 * - `expired`, `not_yet_valid`: the certificate, by this machine's clock
 * - `not_tls`: the server does not speak TLS there
 * - `identity_missing`: the server wants a client's certificate
 * - `identity_refused`: the server does not accept the client's certificate
 * - `certificate`: the certificate is unfit in another way
 * - `other`: anything else, such as no common version
 */
export type TlsFailureKind =
  | "unknown_authority"
  | "authority_itself"
  | "wrong_host"
  | "expired"
  | "not_yet_valid"
  | "not_tls"
  | "identity_missing"
  | "identity_refused"
  | "certificate"
  | "other";

/** Why a connection over TLS was not made. */
export interface TlsFailure {
  readonly kind: TlsFailureKind;
  /** One clause that says what is wrong. */
  readonly meaning: string;
}

/**
 * What the runtime says of a failed handshake (Deno 2.9 with rustls 0.23, whose
 * alerts are named as in RFC 8446, section 6), and what it means.
 */
const FAILURES: readonly (readonly [RegExp, TlsFailureKind, string])[] = [
  [
    /UnknownIssuer/,
    "unknown_authority",
    "no authority that is trusted here vouches for the server's certificate",
  ],
  [
    /CaUsedAsEndEntity/,
    "authority_itself",
    "the server shows an authority's certificate as its own",
  ],
  [
    /not valid for name|NotValidForName/,
    "wrong_host",
    "the server's certificate is for another host",
  ],
  [
    /certificate expired|certificate: Expired/i,
    "expired",
    "the server's certificate has expired",
  ],
  [
    /not valid yet|NotValidYet/,
    "not_yet_valid",
    "the server's certificate is not valid yet",
  ],
  [/InvalidContentType/, "not_tls", "the server does not speak TLS there"],
  [
    /alert: CertificateRequired/,
    "identity_missing",
    "the server wants a client's certificate",
  ],
  [
    /alert: (BadCertificate|UnsupportedCertificate|CertificateRevoked|CertificateExpired|CertificateUnknown|UnknownCA|AccessDenied|DecryptError)/,
    "identity_refused",
    "the server does not accept the client's certificate, or misses one",
  ],
  [
    /invalid peer certificate|BadEncoding/,
    "certificate",
    "the server's certificate is not fit for TLS",
  ],
  [
    /fatal alert|peer is incompatible|tls handshake|corrupt message|peer misbehaved/i,
    "other",
    "no secure connection could be agreed on",
  ],
];

/**
 * Finds out what the words of a failed request or connection mean.
 *
 * @returns `undefined` where they do not tell of TLS
 */
export function explainTlsFailure(words: string): TlsFailure | undefined {
  for (const [pattern, kind, meaning] of FAILURES) {
    if (pattern.test(words)) return { kind, meaning };
  }
  return undefined;
}

/** What {@linkcode adviseOnTls} calls the settings that help. */
export interface TlsSettings {
  /** Names the file of authorities. */
  readonly authorities: string;
  /** Name the client's certificate and key. */
  readonly identity: string;
}

/** What an operator can do about a failure; one clause. */
export function adviseOnTls(
  kind: TlsFailureKind,
  { authorities, identity }: TlsSettings,
): string {
  switch (kind) {
    case "unknown_authority":
      return `add the authority's certificate with ${authorities}`;
    case "authority_itself":
      return "have one issued by it for the server, with basicConstraints=CA:FALSE";
    case "wrong_host":
      return "use the name that the certificate is for, or have it issued for this one";
    case "expired":
      return "have it renewed, and check this machine's clock";
    case "not_yet_valid":
      return "check this machine's clock";
    case "not_tls":
      return "check the port, or use the address without TLS";
    case "identity_missing":
      return `name one with ${identity}`;
    case "identity_refused":
      return `name one that the server knows with ${identity}`;
    case "certificate":
      return "have another one issued";
    case "other":
      return "check that the server offers TLS 1.2 or 1.3, and whether it wants a client's certificate";
  }
}
