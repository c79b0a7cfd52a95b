/**
 * Runs the images that `deploy/image/verify.sh` builds; not part of the
 * ordinary tests, which must not take minutes.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gitPermissions } from "../../lib/config/permissions.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Stage } from "../e2e/_stage.ts";
import { onBegun } from "../support/on_begun.ts";
import { Authority } from "../support/certificates.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { SOCKET } from "../support/worker_process.ts";
import { Container, type ContainerOptions } from "./_container.ts";
import { Relay } from "./_relay.ts";

const ALPINE = "quay-builder-verify/quay-builder:verify-alpine";
const RHEL = "quay-builder-verify/quay-builder:verify-rhel7";
const SCRATCH = "quay-builder-verify/scratch";

const { gid: SOCKET_GROUP, mode: SOCKET_MODE } = await Deno.stat(SOCKET);
const HOME = "/opt/quay-builder";

/** The image of nothing but the payload has no shell for the entry point. */
const WITHOUT_SHELL = {
  image: SCRATCH,
  options: ["--entrypoint", `${HOME}/runtime/deno`, "--env", "DENO_DIR=/none"],
  args: [
    ..."run --quiet --no-prompt --no-config --no-lock".split(" "),
    ...gitPermissions(),
    `${HOME}/bundle/worker/main.js`,
  ],
};

const NOT_ROOT = ["--user", "1234", "--group-add", String(SOCKET_GROUP)];
const HARDENED = [
  ..."--read-only --cap-drop ALL --security-opt no-new-privileges".split(" "),
  ..."--tmpfs /tmp --tmpfs /var/lib/quay-builder:mode=1777".split(" "),
];

const CASES: Readonly<Record<string, Omit<ContainerOptions, "env">>> = {
  "with another C library": { image: ALPINE },
  "with another C library, not as root": {
    image: ALPINE,
    options: [...NOT_ROOT, ...HARDENED],
  },
  "in the image for RHEL": { image: RHEL },
  "in the image for RHEL, not as root": { image: RHEL, options: NOT_ROOT },
  "without any C library or shell": WITHOUT_SHELL,
  "without any C library or shell, not as root": {
    ...WITHOUT_SHELL,
    options: [...WITHOUT_SHELL.options, ...NOT_ROOT],
  },
};

for (const [name, options] of Object.entries(CASES)) {
  Deno.test(`a package is built ${name}`, async () => {
    await using stage = await Stage.set();
    const before = await stage.traces();
    await using manager = await EmbeddedManager.listen();
    {
      await using container = new Container({
        ...options,
        env: { ENDPOINT: manager.url },
      });
      const report = await manager.build(stage.arguments({
        build_package: await stage.package({
          "Dockerfile": `FROM ${stage.base}\nCOPY . /src/\nRUN ls /src\n`,
        }),
      }));
      assertEquals(report.kind, "success", JSON.stringify(report));
      const { code, log } = await container.stop();
      assertEquals(code, 0, log);
    }
    assertEquals(manager.violations, []);
    assertEquals(
      (await stage.traces()).filter((trace) => !before.includes(trace)),
      [],
    );
  });
}

Deno.test("a container gives up root where the socket's group lets it", async () => {
  await using manager = await EmbeddedManager.listen();
  await using container = new Container({
    image: ALPINE,
    env: { ENDPOINT: manager.url },
  });
  await manager.waitForWorker();
  const user = (SOCKET_MODE ?? 0) & 0o020 ? 1000 : 0;
  const processes = (await container.processes()).join("\n");
  assertMatch(processes, new RegExp(`^\\s*${user}\\s+${user}\\s.*deno$`));
});

Deno.test("commits are built over TLS with a custom authority, and leave no process", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  await using authority = await Authority.create();
  const certificate = await authority.issue("quay");

  const repository = await GitRepository.create(`${directory.path}/project`);
  const dockerfile = `FROM ${stage.base}\nCOPY . /src/\nRUN ls /src\n`;
  const sha = await repository.commit({ "Dockerfile": dockerfile });
  await using git = new GitHttpServer({ root: directory.path });
  await using manager = await EmbeddedManager.listen();
  const secured = (url: string) =>
    new Relay({
      target: { kind: "tcp", port: Number(new URL(url).port) },
      certificate,
    });
  await using gitTls = secured(git.url(""));
  await using managerTls = secured(manager.url);
  const archive = await stage.package({ "Dockerfile": dockerfile });
  await using packageTls = secured(archive);
  const throughTls = (url: string, { port }: Relay) => {
    const { pathname, search } = new URL(url);
    return `https://localhost:${port}${pathname}${search}`;
  };

  await using container = new Container({
    image: RHEL,
    env: { SERVER: `wss://localhost:${managerTls.port}` },
    options: ["--volume", `${authority.certPath}:/certs/rootCA.pem`],
  });
  const fromGit = await manager.build(stage.arguments({
    git: { url: throughTls(git.url("project/.git"), gitTls), sha },
  }));
  assertEquals(fromGit.kind, "success", JSON.stringify(fromGit));
  const fromPackage = await manager.build(stage.arguments({
    build_package: throughTls(archive, packageTls),
  }));
  assertEquals(fromPackage.kind, "success", JSON.stringify(fromPackage));
  const programs = (await container.processes())
    .map((line) => line.trim().split(/\s+/).slice(4).join(" "));
  assertEquals(programs, ["deno"]);
});

Deno.test("without its authority, a server is not trusted", async () => {
  await using manager = await EmbeddedManager.listen();
  await using authority = await Authority.create();
  await using relay = new Relay({
    target: { kind: "tcp", port: Number(new URL(manager.url).port) },
    certificate: await authority.issue("quay"),
  });
  await using container = new Container({
    image: RHEL,
    env: {
      ENDPOINT: `wss://localhost:${relay.port}`,
      REALM: "realm",
      TOKEN: "token",
    },
  });
  const { code, log } = await container.exited();
  assertEquals(code, 1, log);
  assertStringIncludes(log, "ertificate");
});

Deno.test("a stopped container finishes its build", async () => {
  await using stage = await Stage.set();
  const begun = Promise.withResolvers<void>();
  await using manager = await EmbeddedManager.listen({
    onEvent: onBegun(() => begun.resolve()),
  });
  await using container = new Container({
    image: ALPINE,
    env: { ENDPOINT: manager.url },
  });
  const report = manager.build(stage.arguments({
    build_package: await stage.package({
      "Dockerfile": `FROM ${stage.base}\nRUN echo begun; sleep 3\n`,
    }),
  }));
  await begun.promise;
  assertEquals((await container.stop()).code, 0);
  assertEquals((await report).kind, "success");
});

Deno.test("what is no certificate is not trusted in silence", async () => {
  await using container = new Container({
    image: ALPINE,
    env: { ENDPOINT: "ws://127.0.0.1:9" },
    options: ["--volume", "/etc/hostname:/certs/rootCA.pem"],
  });
  const { code, log } = await container.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, '"/certs/rootCA.pem": it is no certificate');
});
