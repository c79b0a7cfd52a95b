import { Secret } from "../secret/secret.ts";
import { PemFileError, readPemFile } from "./pem_file.ts";

/** What a client shows of itself. */
export interface TlsIdentity {
  /** Its certificate, and those between that and an authority, in PEM. */
  readonly certificates: string;
  /** The private key of the first, in PEM. */
  readonly key: Secret;
}

/** Where a client's certificate and key are. */
export interface TlsIdentityPaths {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Reads a client's certificate and its private key, which may be in one file.
 *
 * @throws {PemFileError} when one of them is not there or damaged, the key is
 * encrypted, or they do not belong together
 */
export async function readIdentity(
  paths: TlsIdentityPaths,
): Promise<TlsIdentity> {
  const { createPrivateKey, X509Certificate } = await import("node:crypto");
  const blocks = await readPemFile(paths.certificate);
  const [own, ...others] = blocks.filter(({ label }) =>
    label === "CERTIFICATE"
  );
  if (own === undefined) {
    throw new PemFileError(
      paths.certificate,
      "it holds no certificate, expected PEM that begins with -----BEGIN CERTIFICATE-----",
    );
  }
  const keyText = await readKey(paths.key);
  const certificate = attempt(
    paths.certificate,
    "the certificate is damaged",
    () => new X509Certificate(own.text),
  );
  const key = attempt(
    paths.key,
    "the private key is damaged",
    () => createPrivateKey(keyText),
  );
  if (!certificate.checkPrivateKey(key)) {
    throw new PemFileError(
      paths.key,
      `this private key is not that of the certificate in "${paths.certificate}"`,
    );
  }
  return {
    certificates: [own, ...others].map(({ text }) => `${text}\n`).join(""),
    key: new Secret(`${keyText}\n`),
  };
}

async function readKey(path: string): Promise<string> {
  const blocks = await readPemFile(path);
  const key = blocks.find(({ label }) => /PRIVATE KEY$/.test(label));
  if (key === undefined) {
    throw new PemFileError(
      path,
      "it holds no private key, expected PEM that begins with -----BEGIN PRIVATE KEY-----",
    );
  }
  // RFC 5958 says it in the label, RFC 1421 in a header.
  if (
    /^ENCRYPTED/.test(key.label) || /^Proc-Type:.*ENCRYPTED/m.test(key.text)
  ) {
    throw new PemFileError(
      path,
      "the private key is encrypted, and there is nobody to ask for its password: store it decrypted (openssl pkey -in encrypted.pem -out key.pem), readable for the worker's user alone",
    );
  }
  return key.text;
}

function attempt<T>(path: string, problem: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new PemFileError(path, problem, { cause });
  }
}
