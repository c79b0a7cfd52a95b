import { join } from "node:path";
import { TemporaryDirectory } from "./temporary_directory.ts";

/** A certificate and its key, each as text and as a file; all PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
}

/** Options of {@linkcode Authority.issue}. */
export interface IssueOptions {
  /** Names of the host. Default `localhost` and `127.0.0.1`. */
  readonly names?: readonly string[];
  /** From and until when it is valid, in days from now. Default -1 and 2. */
  readonly days?: readonly [from: number, until: number];
  /** Default `ec`. */
  readonly algorithm?: "ec" | "rsa" | "ed25519";
}

const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
  rsa: ["-newkey", "rsa:2048"],
  ed25519: ["-newkey", "ed25519"],
};

/** A certificate authority of the tests, made by `openssl`. */
export class Authority implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;
  readonly name: string;
  /** Its own certificate. */
  readonly cert: string;
  #issued = 0;

  private constructor(
    directory: TemporaryDirectory,
    name: string,
    cert: string,
  ) {
    this.#directory = directory;
    this.name = name;
    this.cert = cert;
  }

  /** Makes an authority with a key of its own. */
  static async create(name = "Test authority"): Promise<Authority> {
    const directory = await TemporaryDirectory.create();
    await openssl(directory.path, [
      ...["req", "-x509", "-nodes", "-days", "2", "-subj", `/CN=${name}`],
      ...[...ALGORITHMS["ec"] ?? [], "-keyout", "ca.key", "-out", "ca.pem"],
    ]);
    const cert = await Deno.readTextFile(join(directory.path, "ca.pem"));
    // What `openssl ca` keeps its books in.
    await Deno.writeTextFile(join(directory.path, "index"), "");
    return new Authority(directory, name, cert);
  }

  /** A directory that goes away with the authority. */
  get directory(): string {
    return this.#directory.path;
  }

  /** Its own certificate as a file. */
  get certPath(): string {
    return join(this.directory, "ca.pem");
  }

  /** Issues a certificate for a host or a client. */
  async issue(
    name: string,
    { names = ["localhost", "127.0.0.1"], days = [-1, 2], algorithm = "ec" }:
      IssueOptions = {},
  ): Promise<Certificate> {
    const cwd = this.directory;
    const file = `${++this.#issued}-${name}`;
    await openssl(cwd, [
      ...["req", "-nodes", "-subj", `/CN=${name}`],
      ...[...ALGORITHMS[algorithm] ?? [], "-keyout", `${file}.key`],
      ...["-out", `${file}.csr`],
    ]);
    const alternatives = names.map((text) =>
      `${/^[\d.]+$/.test(text) ? "IP" : "DNS"}:${text}`
    );
    await Deno.writeTextFile(
      join(cwd, `${file}.cnf`),
      `[ca]
default_ca = test
[test]
database = index
new_certs_dir = .
default_md = sha256
policy = any
rand_serial = yes
x509_extensions = extensions
unique_subject = no
[any]
commonName = supplied
[extensions]
subjectAltName = ${alternatives.join(",")}
`,
    );
    const [from, until] = days.map(certificateTime);
    await openssl(cwd, [
      ...["ca", "-batch", "-notext", "-config", `${file}.cnf`],
      ...["-cert", "ca.pem", "-keyfile", "ca.key", "-in", `${file}.csr`],
      ...["-out", `${file}.pem`, "-startdate", from ?? "", "-enddate"],
      until ?? "",
    ]);
    const certPath = join(cwd, `${file}.pem`);
    const keyPath = join(cwd, `${file}.key`);
    return {
      certPath,
      keyPath,
      cert: await Deno.readTextFile(certPath),
      key: await Deno.readTextFile(keyPath),
    };
  }

  /** Writes a file beside its own; gives the path. */
  async write(name: string, text: string): Promise<string> {
    const path = join(this.directory, name);
    await Deno.writeTextFile(path, text);
    return path;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#directory[Symbol.asyncDispose]();
  }
}

/** Runs `openssl`; gives what it prints. */
export async function openssl(
  cwd: string,
  args: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("openssl", {
    args: [...args],
    cwd,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`openssl: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** A time as ASN.1 has it (GeneralizedTime), in days from now. */
function certificateTime(days: number): string {
  const time = new Date(Date.now() + days * 24 * 60 * 60_000);
  return `${time.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
}
