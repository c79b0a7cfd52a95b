import { assertEquals } from "@std/assert";
import { CERTIFICATES } from "../../lib/doctor/certificates.ts";
import { Authority } from "../support/certificates.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("certificates are told with the day until which they are valid", async () => {
  await using authority = await Authority.create();
  const { certPath, keyPath } = await authority.issue("worker", {
    days: [-1, 100],
  });
  const findings = await look(CERTIFICATES, {
    TLS_CERT_PATH: certPath,
    TLS_KEY_PATH: keyPath,
  });
  assertHealthy(findings);
  assertFinding(findings, {
    verdict: "ok",
    message: /TLS_CERT_PATH: CN=worker is valid until /,
  });
});

Deno.test("a certificate that is over, soon over, or not valid yet is told", async () => {
  await using authority = await Authority.create();
  const cases = [
    [[-9, -2], "wrong", /has expired/, /renewed/],
    [[-9, 3], "warning", /expires on/, /renewed soon/],
    [[4, 9], "wrong", /not valid before/, /clock/],
  ] as const;
  for (const [days, verdict, message, advice] of cases) {
    const { certPath, keyPath } = await authority.issue("worker", { days });
    const findings = await look(CERTIFICATES, {
      TLS_CERT_PATH: certPath,
      TLS_KEY_PATH: keyPath,
    });
    assertFinding(findings, { verdict, message, advice });
  }
});

Deno.test("of many authorities, one that is over is no reason to fail", async () => {
  await using authority = await Authority.create("current");
  await using other = await Authority.create("other");
  const { cert } = await authority.issue("old", { days: [-9, -2] });
  const pem = await Deno.readTextFile(authority.certPath) +
    await Deno.readTextFile(other.certPath);
  const TLS_CA_PATH = await authority.write("bundle.pem", pem);
  const findings = await look(CERTIFICATES, { TLS_CA_PATH });
  assertHealthy(findings);
  assertFinding(findings, {
    verdict: "ok",
    message: /TLS_CA_PATH: 2 of 2 authorities are valid, the first of them/,
  });
  await authority.write("bundle.pem", pem + cert);
  const withOld = await look(CERTIFICATES, { TLS_CA_PATH });
  assertEquals(withOld.map(({ verdict }) => verdict), ["ok", "warning"]);
  assertFinding(withOld, {
    verdict: "warning",
    message: /TLS_CA_PATH: CN=old: expired/,
    advice: /add its successor/,
  });
});

Deno.test("files that cannot be used are told with the reason", async () => {
  await using authority = await Authority.create();
  const text = await authority.write("text", "no certificate");
  const cases = [
    ["/no/such/file.pem", /there is no such file/],
    [text, /it holds no certificate/],
    [authority.directory, /it is a directory/],
  ] as const;
  for (const [TLS_CA_PATH, message] of cases) {
    const findings = await look(CERTIFICATES, { TLS_CA_PATH });
    assertFinding(findings, {
      verdict: "wrong",
      message,
      advice: /TLS_CA_PATH/,
    });
  }
});

Deno.test("without certificates of its own, a worker trusts whom Deno is told to", async () => {
  const SSL_CERT_FILE = "/etc/ssl/cert.pem";
  const cases = [
    [{}, "Mozilla's"],
    [{ SSL_CERT_FILE }, "Mozilla's"],
    [{ DENO_TLS_CA_STORE: "system" }, "the system's"],
    [{ DENO_TLS_CA_STORE: "mozilla,system" }, "Mozilla's and the system's"],
    [
      { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE },
      `those of ${SSL_CERT_FILE}`,
    ],
    [{ DENO_CERT: "/ca.pem" }, "Mozilla's and those of /ca.pem"],
  ] as const;
  for (const [variables, trusted] of cases) {
    const findings = await look(CERTIFICATES, variables);
    assertHealthy(findings);
    assertEquals(
      findings.map(({ message }) => message),
      [`none are named: ${trusted} are trusted, and by git the system's`],
    );
  }
});
