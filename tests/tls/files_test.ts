import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { readAuthorities } from "../../lib/tls/authorities.ts";
import { readIdentity } from "../../lib/tls/identity.ts";
import { PemFileError } from "../../lib/tls/pem_file.ts";
import { Authority, openssl } from "../support/certificates.ts";

/** Reads in vain, for what is wrong with a file. */
async function assertProblem(
  read: () => Promise<unknown>,
  [path, problem]: readonly [string, string],
): Promise<void> {
  const error = await assertRejects(read, PemFileError);
  assertEquals(error.path, path);
  assertStringIncludes(error.problem, problem);
}

Deno.test("readAuthorities reads one or more certificates, and nothing else", async () => {
  await using one = await Authority.create("one");
  await using two = await Authority.create("two");
  assertEquals(await readAuthorities(one.certPath), one.cert);
  const both = `Subject: one\n${one.cert}\r\n# two\n${two.cert}`;
  const path = await one.write("both.pem", both);
  assertEquals(await readAuthorities(path), one.cert + two.cert);
});

Deno.test("readAuthorities says which file is wrong and why", async () => {
  await using authority = await Authority.create();
  const { keyPath } = await authority.issue("host");
  const cut = authority.cert.replace(/^(-.*\n).*\n/, "$1");
  const damaged = await authority.write("cut.pem", authority.cert + cut);
  const cases: readonly (readonly [string, string])[] = [
    [`${authority.directory}/none.pem`, "there is no such file"],
    [authority.directory, "it is a directory"],
    [await authority.write("empty.pem", ""), "it holds no certificate"],
    [keyPath, "it holds no certificate"],
    [damaged, "certificate 2 is damaged"],
  ];
  for (const [path, problem] of cases) {
    await assertProblem(() => readAuthorities(path), [path, problem]);
  }
});

for (const algorithm of ["ec", "rsa", "ed25519"] as const) {
  Deno.test(`readIdentity reads a certificate and its key (${algorithm})`, async () => {
    await using authority = await Authority.create();
    const own = await authority.issue("client", { algorithm });
    const paths = { certificate: own.certPath, key: own.keyPath };
    const identity = await readIdentity(paths);
    assertEquals(identity.certificates, own.cert);
    assertEquals(identity.key.reveal(), own.key);
    assertEquals(Deno.inspect(identity).includes("PRIVATE"), false);
  });
}

Deno.test("readIdentity reads a chain and a key from the same file", async () => {
  await using authority = await Authority.create();
  const { cert, key } = await authority.issue("client");
  const path = await authority.write("all.pem", key + cert + authority.cert);
  const identity = await readIdentity({ certificate: path, key: path });
  assertEquals(identity.certificates, cert + authority.cert);
  assertEquals(identity.key.reveal(), key);
});

Deno.test("readIdentity says which file is wrong and why", async (t) => {
  await using authority = await Authority.create();
  const own = await authority.issue("client");
  const other = await authority.issue("other");
  const encrypt = async (name: string, ...args: string[]) => {
    await openssl(authority.directory, [
      ...[...args, "-in", own.keyPath, "-out", name],
      ...["-passout", "pass:x"],
    ]);
    return `${authority.directory}/${name}`;
  };
  const cut = (text: string) => text.replace(/^(-.*\n).*\n/, "$1");
  const certificate = own.certPath;
  const cases = {
    "another key": [
      { certificate, key: other.keyPath },
      other.keyPath,
      `not that of the certificate in "${certificate}"`,
    ],
    "an encrypted key (PKCS #8)": [
      { certificate, key: await encrypt("8.key", "pkcs8", "-topk8") },
      `${authority.directory}/8.key`,
      "the private key is encrypted",
    ],
    "an encrypted key (RFC 1421)": [
      { certificate, key: await encrypt("1.key", "ec", "-aes256") },
      `${authority.directory}/1.key`,
      "the private key is encrypted",
    ],
    "a damaged key": [
      { certificate, key: await authority.write("cut.key", cut(own.key)) },
      `${authority.directory}/cut.key`,
      "the private key is damaged",
    ],
    "a damaged certificate": [
      {
        certificate: await authority.write("cut.pem", cut(own.cert)),
        key: own.keyPath,
      },
      `${authority.directory}/cut.pem`,
      "the certificate is damaged",
    ],
    "a certificate for a key": [
      { certificate, key: certificate },
      certificate,
      "it holds no private key",
    ],
    "a key for a certificate": [
      { certificate: own.keyPath, key: own.keyPath },
      own.keyPath,
      "it holds no certificate",
    ],
  } as const;
  for (const [name, [paths, path, problem]] of Object.entries(cases)) {
    await t.step(name, async () => {
      await assertProblem(() => readIdentity(paths), [path, problem]);
    });
  }
});
