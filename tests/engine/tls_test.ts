import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { join } from "node:path";
import { EngineClient } from "../../lib/engine/client.ts";
import { EngineUnavailableError } from "../../lib/engine/errors.ts";
import { ping } from "../../lib/engine/ping.ts";
import type { TlsOptions } from "../../lib/tls/http_client.ts";
import { readIdentity } from "../../lib/tls/identity.ts";
import { Authority, type Certificate } from "../support/certificates.ts";

/** A ping's answer as a file that `openssl s_server -HTTP` sends. */
const PING =
  "HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK";

/** A TLS server that wants a client's certificate and answers pings. */
class TlsEngine implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #port = Promise.withResolvers<number>();
  readonly #log: Promise<void>;

  constructor(authority: Authority, { certPath, keyPath }: Certificate) {
    const files = [
      ...["-cert", certPath, "-key", keyPath],
      ...["-CAfile", authority.certPath],
    ];
    const args = ["s_server", "-accept", "127.0.0.1:0", "-HTTP", ...files];
    this.#process = new Deno.Command("openssl", {
      // In TLS 1.3 a client's handshake is over before it can be refused.
      args: [...args, "-Verify", "1", "-verify_return_error", "-tls1_2"],
      cwd: authority.directory,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#log = this.#readLog();
  }

  async client(tls: TlsOptions, hostname = "127.0.0.1"): Promise<EngineClient> {
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
  await using authority = await Authority.create();
  const server = await authority.issue("engine", { names: ["127.0.0.1"] });
  await Deno.mkdir(join(authority.directory, "v1.41"));
  for (const file of ["_ping", "v1.41/_ping"]) {
    await Deno.writeTextFile(join(authority.directory, file), PING);
  }
  await using engine = new TlsEngine(authority, server);
  const { certPath, keyPath } = await authority.issue("worker");
  const authorities = authority.cert;
  const identity = await readIdentity({ certificate: certPath, key: keyPath });

  await using client = await engine.client({ authorities, identity });
  assertEquals((await ping(client)).apiVersion, "1.41");

  const refused = async (tls: TlsOptions, hostname?: string) => {
    await using stranger = await engine.client(tls, hostname);
    const error = await assertRejects(
      () => ping(stranger),
      EngineUnavailableError,
    );
    assertEquals(error.reason, "tls", error.message);
    return error.message;
  };
  assertStringIncludes(
    await refused({ identity }),
    "add the authority's certificate with DOCKER_CERT_PATH (its ca.pem)",
  );
  assertStringIncludes(
    await refused({ authorities, identity }, "localhost"),
    "the server's certificate is for another host",
  );
  assertStringIncludes(
    await refused({ authorities }),
    "no secure connection could be agreed on",
  );
});
