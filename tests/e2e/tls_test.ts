import { assertEquals, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Authority, type Certificate } from "../support/certificates.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free_port.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import {
  WorkerProcess,
  type WorkerProcessOptions,
} from "../support/worker_process.ts";
import { startWorker } from "./_authority_worker.ts";
import { Stage } from "./_stage.ts";

/** A worker that ends because of its configuration. */
async function end(authority: Authority, env: WorkerProcessOptions["env"]) {
  await using worker = startWorker(authority, env);
  return await worker.exited();
}

/** Serves one package over TLS; gives its URL. */
function servePackage(
  { cert, key }: Certificate,
  url: string,
): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve({ ...options, cert, key }, () => fetch(url));
}

Deno.test("a worker with an own authority and a certificate builds over TLS alone", async () => {
  await using stage = await Stage.set();
  await using authority = await Authority.create();
  const certificate = await authority.issue("quay");
  const own = await authority.issue("worker");
  await using manager = await EmbeddedManager.listen({
    tls: { ...certificate, clientAuthority: authority.cert },
  });
  await using worker = startWorker(authority, {
    ENDPOINT: manager.url,
    TLS_CA_PATH: authority.certPath,
    TLS_CERT_PATH: own.certPath,
    TLS_KEY_PATH: own.keyPath,
  });
  const dockerfile = `FROM ${stage.base}\nCOPY . /src/\nRUN ls -A /src\n`;
  const plainUrl = await stage.package({ Dockerfile: dockerfile });
  await using packages = servePackage(certificate, plainUrl);
  const fromPackage = await manager.build(stage.arguments({
    build_package: `https://localhost:${packages.addr.port}/package`,
  }));
  assertEquals(fromPackage.kind, "success", JSON.stringify(fromPackage));

  await using directory = await TemporaryDirectory.create();
  const repository = await GitRepository.create(`${directory.path}/project`);
  const sha = await repository.commit({ Dockerfile: dockerfile });
  await using git = new GitHttpServer({ root: directory.path, certificate });
  const fromGit = await manager.build(stage.arguments({
    git: { url: git.url("project/.git"), sha },
  }));
  assertEquals(fromGit.kind, "success", JSON.stringify(fromGit));
  worker.signal("SIGTERM");
  assertEquals((await worker.exited()).code, 0);
  assertEquals(manager.violations, []);
});

Deno.test("an authority can be the only one that a worker trusts", async (t) => {
  await using authority = await Authority.create();
  await using other = await Authority.create("other");
  await using manager = await EmbeddedManager.listen({
    tls: await authority.issue("quay"),
  });
  const only = {
    ENDPOINT: manager.url,
    TLS_CA_PATH: authority.certPath,
    TLS_CA_ONLY: "true",
    DENO_TLS_CA_STORE: "system",
    SSL_CERT_FILE: authority.certPath,
  };
  await t.step("Deno is started for it", async () => {
    await using _worker = startWorker(authority, only);
    await manager.waitForWorker();
  });
  await t.step("Deno is not started for it", async () => {
    for (
      const env of [{ DENO_TLS_CA_STORE: "" }, { DENO_CERT: other.certPath }]
    ) {
      const { code, log } = await end(authority, { ...only, ...env });
      assertEquals(code, 2, log);
      assertStringIncludes(log, "TLS_CA_ONLY: Deno trusts others beside");
    }
  });
  await t.step("what Deno was started with is all that it trusts", async () => {
    const script =
      'import tls from "node:tls"; console.log(tls.getCACertificates("system").length)';
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      env: {
        DENO_TLS_CA_STORE: only.DENO_TLS_CA_STORE,
        SSL_CERT_FILE: only.SSL_CERT_FILE,
      },
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "1\n");
  });
  await t.step("the authority is that of the system", async () => {
    await using _worker = startWorker(authority, {
      ENDPOINT: manager.url,
      DENO_TLS_CA_STORE: "system",
      SSL_CERT_FILE: authority.certPath,
    });
    await manager.waitForWorker();
  });
});

Deno.test("a worker refuses a manager that it cannot trust, and says why", async (t) => {
  await using authority = await Authority.create();
  const refuses = async (
    manager: EmbeddedManager,
    env: WorkerProcessOptions["env"],
    text: string,
  ) => {
    const ENDPOINT = manager.url.replace("127.0.0.1", "localhost")
      .replace("ws:", "wss:");
    await using worker = startWorker(authority, { ENDPOINT, ...env });
    await said(worker, text);
    assertEquals(manager.workers, []);
  };
  const own = { TLS_CA_PATH: authority.certPath };
  await t.step("its authority is another", async () => {
    const tls = await authority.issue("quay");
    await using manager = await EmbeddedManager.listen({ tls });
    const text = "add the authority's certificate with TLS_CA_PATH";
    await refuses(manager, {}, text);
  });
  await t.step("its certificate is for another host", async () => {
    const tls = await authority.issue("quay", { names: ["example.com"] });
    await using manager = await EmbeddedManager.listen({ tls });
    await refuses(manager, own, "the server's certificate is for another host");
  });
  await t.step("its certificate has expired", async () => {
    const tls = await authority.issue("quay", { days: [-9, -2] });
    await using manager = await EmbeddedManager.listen({ tls });
    await refuses(manager, own, "the server's certificate has expired");
  });
  await t.step("it does not speak TLS", async () => {
    await using manager = await EmbeddedManager.listen();
    await refuses(manager, own, "try ws:// instead of wss://");
  });
});

Deno.test("certificates that cannot be used are mistakes of the configuration", async () => {
  await using authority = await Authority.create();
  await using other = await Authority.create("other");
  const own = await authority.issue("worker");
  const { code, log } = await end(authority, {
    ENDPOINT: "wss://localhost",
    TLS_CA_PATH: other.certPath,
    TLS_CERT_PATH: own.certPath,
    TLS_KEY_PATH: authority.certPath,
  });
  assertEquals(code, 2, log);
  // The worker may not read files of another directory.
  assertStringIncludes(log, `TLS_CA_PATH: cannot use "${other.certPath}"`);
  assertStringIncludes(log, "certificates have to be in /etc/quay-builder");
  assertStringIncludes(log, "it holds no private key");
});

Deno.test("a worker builds on an engine behind TLS, with the files of the docker command line", async () => {
  await using authority = await Authority.create("docker");
  const server = await authority.issue("engine");
  const client = await authority.issue("client");
  await authority.write("cert.pem", client.cert);
  await authority.write("key.pem", client.key);
  const port = freePort();
  await using daemon = await EngineDaemon.start({
    flags: [
      ...[`--host=tcp://127.0.0.1:${port}`, "--tlsverify"],
      ...[`--tlscacert=${authority.certPath}`],
      ...[`--tlscert=${server.certPath}`, `--tlskey=${server.keyPath}`],
    ],
  });
  await using stage = await Stage.set(daemon.host);
  await using manager = await EmbeddedManager.listen();
  const DOCKER_HOST = `tcp://127.0.0.1:${port}`;
  const build_package = await stage.package({
    Dockerfile: `FROM ${stage.base}\nRUN echo built\n`,
  });
  const build = () => manager.build(stage.arguments({ build_package }));
  {
    await using worker = startWorker(authority, {
      ENDPOINT: manager.url,
      DOCKER_HOST,
      DOCKER_CERT_PATH: authority.directory,
      DOCKER_TLS_VERIFY: "1",
    });
    const report = await build();
    assertEquals(report.kind, "success", JSON.stringify(report));
    worker.signal("SIGTERM");
    assertEquals((await worker.exited()).code, 0);
  }
  const refused = async (env: WorkerProcessOptions["env"], text: string) => {
    const ENDPOINT = manager.url;
    await using worker = startWorker(authority, { ENDPOINT, ...env });
    await said(worker, text);
    assertEquals(manager.workers, []);
  };
  const TLS_CA_PATH = authority.certPath;
  await refused(
    { DOCKER_HOST, DOCKER_TLS_VERIFY: "1", TLS_CA_PATH },
    "with DOCKER_CERT_PATH (its cert.pem and key.pem)",
  );
  await refused(
    { DOCKER_HOST, DOCKER_TLS_VERIFY: "1" },
    "no authority that is trusted here vouches for the server's certificate",
  );
  await refused({ DOCKER_HOST }, "HTTP request to an HTTPS server");
});

function said(worker: WorkerProcess, text: string): Promise<unknown> {
  return eventually(() => worker.log.includes(text) || undefined, {
    what: `"${text}" in the log`,
  });
}
