import { assertEquals, assertRejects } from "@std/assert";
import {
  adviseOnTls,
  explainTlsFailure,
  type TlsFailureKind,
} from "../../lib/tls/failure.ts";
import { Authority } from "../support/certificates.ts";

const SETTINGS = { authorities: "THE_CA", identity: "THE_CERT" };

Deno.test("the runtime's words are told apart, and each has its advice", () => {
  const cases: readonly (readonly [string, TlsFailureKind])[] = [
    ["invalid peer certificate: UnknownIssuer", "unknown_authority"],
    [
      "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
      "authority_itself",
    ],
    [
      'invalid peer certificate: certificate not valid for name "a"; certificate is only valid for DnsName("b")',
      "wrong_host",
    ],
    [
      "invalid peer certificate: certificate expired: verification time 1795341600 (UNIX), but certificate is not valid after 1795255200",
      "expired",
    ],
    [
      "invalid peer certificate: certificate not valid yet: verification time 1795341600 (UNIX)",
      "not_yet_valid",
    ],
    ["received corrupt message of type InvalidContentType", "not_tls"],
    ["received fatal alert: CertificateRequired", "identity_missing"],
    ["received fatal alert: BadCertificate", "identity_refused"],
    ["received fatal alert: UnknownCA", "identity_refused"],
    ["invalid peer certificate: BadEncoding", "certificate"],
    ["received fatal alert: ProtocolVersion", "other"],
  ];
  const advice = new Set<string>();
  for (const [words, kind] of cases) {
    const failure = explainTlsFailure(`client error (Connect): ${words}`);
    assertEquals(failure?.kind, kind, words);
    advice.add(adviseOnTls(kind, SETTINGS));
  }
  assertEquals(advice.size, new Set(cases.map(([, kind]) => kind)).size);
});

Deno.test("a server with an authority's own certificate is told as such, trusted or not", async () => {
  await using authority = await Authority.create();
  const { cert, directory } = authority;
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    cert,
    key: await Deno.readTextFile(`${directory}/ca.key`),
  }, () => new Response());
  for (const caCerts of [[], [cert]]) {
    using client = Deno.createHttpClient({ caCerts });
    const url = `https://localhost:${server.addr.port}/`;
    const error = await assertRejects(() => fetch(url, { client }), TypeError);
    const words = String(error.cause ?? error);
    assertEquals(explainTlsFailure(words)?.kind, "authority_itself", words);
  }
});

Deno.test("what is not for want of TLS is left to others", () => {
  for (
    const words of [
      "dns error: failed to lookup address information",
      "tcp connect error: Connection refused (os error 111)",
      "connection closed before message completed",
      "peer closed connection without sending TLS close_notify",
      "Invalid status code: 404",
    ]
  ) assertEquals(explainTlsFailure(words), undefined, words);
});
