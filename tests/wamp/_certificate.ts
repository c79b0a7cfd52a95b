/** A certificate for `localhost` that signed itself, and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate with the `openssl` command. */
export async function makeCertificate(): Promise<Certificate> {
  const command = new Deno.Command("openssl", {
    args: [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1".split(
        " ",
      ),
      ..."-nodes -days 2 -subj /CN=localhost -keyout - -out -".split(" "),
      ..."-addext subjectAltName=DNS:localhost".split(" "),
      ..."-addext basicConstraints=CA:FALSE".split(" "),
    ],
  });
  const { stdout, stderr, success } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const text = new TextDecoder().decode(stdout);
  const keyEnd = text.indexOf("-----BEGIN CERTIFICATE");
  return { key: text.slice(0, keyEnd), cert: text.slice(keyEnd) };
}
