import { PemFileError, readPemFile } from "./pem_file.ts";

/**
 * Reads a file of one or more certificate authorities.
 *
 * @returns the certificates alone, in PEM
 * @throws {PemFileError} when there is none, or one that is none
 */
export async function readAuthorities(path: string): Promise<string> {
  const blocks = await readPemFile(path);
  const certificates = blocks.filter(({ label }) => /CERTIFICATE$/.test(label));
  if (certificates.length === 0) {
    throw new PemFileError(
      path,
      "it holds no certificate, expected PEM that begins with -----BEGIN CERTIFICATE-----",
    );
  }
  // The runtime takes what is no authority in silence, and then trusts nobody.
  const { X509Certificate } = await import("node:crypto");
  for (const [index, { text }] of certificates.entries()) {
    try {
      new X509Certificate(text);
    } catch (error) {
      throw new PemFileError(path, `certificate ${index + 1} is damaged`, {
        cause: error,
      });
    }
  }
  return certificates.map(({ text }) => `${text}\n`).join("");
}
