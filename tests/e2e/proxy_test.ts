import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Authority } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { ForwardProxy } from "../support/forward_proxy.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { ProcessWatch } from "../support/processes.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { startWorker } from "./_authority_worker.ts";
import { readImage } from "./_image_contents.ts";
import { output, Stage } from "./_stage.ts";

const LOGIN = { username: "worker", password: "pr0xy-passw0rd" };
const ENCODED = btoa(`${LOGIN.username}:${LOGIN.password}`);

/** Fails unless the build knows the proxies, whose login it tells the log. */
const EXPECTS_PROXIES = [
  'RUN test "$HTTP_PROXY" = "$http_proxy" && test -n "$https_proxy" &&',
  'test "$NO_PROXY" = none.invalid && test "$no_proxy" = none.invalid &&',
  'echo "$HTTPS_PROXY" && echo "$HTTPS_PROXY" | cut -d : -f 3\n',
].join(" ");
/** Fails where the build knows of any proxy. */
const EXPECTS_NONE = "RUN ! env | grep -i proxy\n";

Deno.test("a worker goes through proxies to its manager, packages and git, and to nobody else", async (t) => {
  await using stage = await Stage.set();
  await using authority = await Authority.create();
  const certificate = await authority.issue("quay");
  const tls = { ...certificate };
  await using plain = new ForwardProxy({ login: LOGIN });
  await using secure = new ForwardProxy({ login: LOGIN });
  await using manager = await EmbeddedManager.listen({ tls });
  await using directory = await TemporaryDirectory.create();
  const repository = await GitRepository.create(`${directory.path}/project`);
  const Dockerfile = `FROM ${stage.base}\n${EXPECTS_NONE}`;
  const sha = await repository.commit({ Dockerfile });
  await using git = new GitHttpServer({ root: directory.path, certificate });
  const proxies = {
    // What Deno itself asks for is not the worker's.
    DENO_NO_UPDATE_CHECK: "1",
    ENDPOINT: manager.url,
    TLS_CA_PATH: authority.certPath,
    http_proxy: plain.url,
    HTTPS_PROXY: secure.url,
  };

  await t.step("the way of everything", async () => {
    await using worker = startWorker(authority, proxies);
    await using watch = new ProcessWatch(worker.pid);
    const build_package = await stage.package({ Dockerfile });
    const fromPackage = await manager.build(stage.arguments({ build_package }));
    assertEquals(fromPackage.kind, "success", JSON.stringify(fromPackage));
    const fromGit = await manager.build(stage.arguments({
      git: { url: git.url("project/.git"), sha },
    }));
    assertEquals(fromGit.kind, "success", JSON.stringify(fromGit));
    assertEquals(plain.requests, [`GET ${build_package}`]);
    const hosts = [manager.url.replace("wss://", ""), git.host];
    const tunnels = new Set(secure.requests.map((line) => line.split(" ")[1]));
    assertEquals([...tunnels].sort(), hosts.sort());

    const seen = [...watch.commands, ...watch.environments];
    assertEquals(seen.some((text) => text.includes("alias.supervise")), true);
    for (
      const text of [
        ...seen,
        worker.log,
        JSON.stringify([fromPackage, fromGit]),
      ]
    ) {
      assertFalse(text.includes(LOGIN.password), text);
      assertFalse(text.includes(ENCODED), text);
    }
  });

  await t.step("hosts that NO_PROXY names", async () => {
    const before = [plain.requests.length, secure.requests.length];
    await using _worker = startWorker(authority, {
      ...proxies,
      NO_PROXY: "127.0.0.1",
    });
    const report = await manager.build(stage.arguments({
      build_package: await stage.package({ Dockerfile }),
    }));
    assertEquals(report.kind, "success", JSON.stringify(report));
    assertEquals([plain.requests.length, secure.requests.length], before);
  });

  await t.step("builds, where the operator says so", async () => {
    await using _worker = startWorker(authority, {
      ...proxies,
      BUILD_PROXY: "true",
      NO_PROXY: "none.invalid",
    });
    const kwargs = stage.arguments({
      build_package: await stage.package({
        Dockerfile: `FROM ${stage.base}\n${EXPECTS_PROXIES}`,
      }),
    });
    const report = await manager.build(kwargs);
    assertEquals(report.kind, "success", JSON.stringify(report));
    const told = output(report);
    assertStringIncludes(told, "http://[secret]@127.0.0.1");
    assertStringIncludes(told, "\n[secret]@127.0.0.1");
    assertFalse(JSON.stringify(report).includes(LOGIN.password));
    const name = `${kwargs.registry}/${kwargs.repository}:latest`;
    const { configuration, history } = await readImage(stage.engine, name);
    for (const bytes of [configuration, history]) {
      const text = new TextDecoder().decode(bytes);
      assertFalse(text.includes(LOGIN.password), text);
      assertFalse(text.includes(new URL(secure.url).host), text);
    }
  });

  await t.step("a wrong login is told, and not shown", async () => {
    const wrong = secure.url.replace(LOGIN.password, "wr0ng-passw0rd");
    await using worker = startWorker(authority, {
      ...proxies,
      HTTPS_PROXY: wrong,
    });
    await eventually(() => worker.log.includes("HTTPS_PROXY") || undefined, {
      what: "the proxy's refusal in the log",
    });
    assertFalse(worker.log.includes("wr0ng"), worker.log);
  });
  assertEquals(manager.violations, []);
});
