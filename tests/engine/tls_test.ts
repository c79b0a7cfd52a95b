import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { join } from "node:path";
import { EngineClient } from "../../lib/engine/client.ts";
import { EngineUnavailableError } from "../../lib/engine/errors.ts";
import { ping } from "../../lib/engine/ping.ts";
import type { EngineTls } from "../../lib/engine/tls.ts";
import { Secret } from "../../lib/secret/secret.ts";

/** A ping's answer as a file that `openssl s_server -HTTP` sends. */
const PING =
  "HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK";

/** A directory with an authority and what it signed. */
class Certificates implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "test-tls-" });

  static async make(): Promise<Certificates> {
    const certificates = new Certificates();
    await certificates.#openssl(
      "req",
      "-x509",
      ...certificates.#files("ca", "pem"),
    );
    await certificates.#sign("server");
    await certificates.#sign("client");
    return certificates;
  }

  read(file: string): string {
    return Deno.readTextFileSync(join(this.directory, file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }

  #files(name: string, kind: string): string[] {
    return [
      ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-nodes", "-subj", `/CN=${name}`],
      ...["-keyout", `${name}.key`, "-out", `${name}.${kind}`],
    ];
  }

  async #sign(name: string): Promise<void> {
    await Deno.writeTextFile(
      join(this.directory, "names"),
      "subjectAltName=IP:127.0.0.1\n",
    );
    await this.#openssl("req", ...this.#files(name, "csr"));
    await this.#openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`],
      ...["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-extfile", "names"],
    );
  }

  async #openssl(...args: string[]): Promise<void> {
    const cwd = this.directory;
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd })
      .output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }
}

/** A TLS server that wants a client's certificate and answers pings. */
class TlsEngine implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #port = Promise.withResolvers<number>();
  readonly #log: Promise<void>;

  constructor({ directory }: Certificates) {
    const files = [
      "-cert",
      "server.pem",
      "-key",
      "server.key",
      "-CAfile",
      "ca.pem",
    ];
    const args = ["s_server", "-accept", "127.0.0.1:0", "-HTTP", ...files];
    this.#process = new Deno.Command("openssl", {
      // In TLS 1.3 a client's handshake is over before it can be refused.
      args: [...args, "-Verify", "1", "-verify_return_error", "-tls1_2"],
      cwd: directory,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#log = this.#readLog();
  }

  async client(tls: EngineTls, hostname = "127.0.0.1"): Promise<EngineClient> {
    const port = await this.#port.promise;
    const address = { kind: "tcp", hostname, port, secure: true } as const;
    return new EngineClient(address, { tls });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.status;
    await this.#log;
  }

  async #readLog(): Promise<void> {
    const lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      const port = /ACCEPT .*:(\d+)/.exec(line)?.[1];
      if (port !== undefined) this.#port.resolve(Number(port));
    }
    this.#port.reject(new Error("openssl s_server ended"));
  }
}

Deno.test("EngineClient speaks TLS with an own authority and a client certificate", async () => {
  await using certificates = await Certificates.make();
  await Deno.mkdir(join(certificates.directory, "v1.41"));
  for (const file of ["_ping", "v1.41/_ping"]) {
    await Deno.writeTextFile(join(certificates.directory, file), PING);
  }
  await using engine = new TlsEngine(certificates);
  const ca = certificates.read("ca.pem");
  const identity = {
    cert: certificates.read("client.pem"),
    key: new Secret(certificates.read("client.key")),
  };

  await using client = await engine.client({ ca, identity });
  assertEquals((await ping(client)).apiVersion, "1.41");

  const refused = async (tls: EngineTls, hostname?: string) => {
    await using stranger = await engine.client(tls, hostname);
    const error = await assertRejects(
      () => ping(stranger),
      EngineUnavailableError,
    );
    assertEquals(error.reason, "tls", error.message);
    return error.message;
  };
  assertStringIncludes(await refused({ identity }), "UnknownIssuer");
  assertStringIncludes(
    await refused({ ca, identity }, "localhost"),
    "not valid for name",
  );
  assertStringIncludes(await refused({ ca }), "fatal alert");
});
