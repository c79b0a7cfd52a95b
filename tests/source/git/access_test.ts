import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { Secret } from "../../../lib/secret/secret.ts";
import { Access } from "../../../lib/source/git/access.ts";
import { gitProxy } from "../../../lib/source/git/proxy.ts";
import { parseGitUrl } from "../../../lib/source/git/url.ts";
import { Workplace } from "../../../lib/source/git/workplace.ts";
import { runGit } from "../../support/git_repository.ts";
import { findProcesses } from "../../support/processes.ts";
import { makeKey, readKey, SshServer } from "../../support/sshd.ts";
import { findInFiles } from "../../support/temporary_directory.ts";
import { Project } from "./_project.ts";

/** A project behind sshd. */
async function serve(options: { protocol2?: boolean } = {}) {
  const project = await Project.create();
  const commit = await project.repository.commit({ "file": "project" });
  const directory = await project.scratch("sshd");
  const server = await SshServer.start({ directory, ...options });
  const url = server.url(`${project.root}/project`);
  return { project, server, source: { url, commit } };
}

/** Lines of a key, without the first and the last. */
function linesOf(key: Secret): string[] {
  return key.reveal().split("\n").slice(1, -2);
}

for (const protocol2 of [true, false]) {
  const version = protocol2 ? 2 : 0;
  Deno.test(`checkoutGit opens ssh repositories with a key, protocol ${version}`, async () => {
    const { project, server, source } = await serve({ protocol2 });
    await using _project = project;
    await using _server = server;
    const { repository } = project;
    const sub = await project.addRepository("sub");
    await sub.commit({ "file": "sub" });
    await repository.addSubmodule("sub", "../sub", await sub.head());
    const commit = await repository.head();
    await repository.commit({ "file": "newer" });
    const { url } = source;
    const { privateKey } = server;
    await using checkout = await project.checkout({ url, commit, privateKey });
    const { directory } = checkout;
    assertEquals(await Deno.readTextFile(`${directory}/file`), "project");
    assertEquals(await Deno.readTextFile(`${directory}/sub/file`), "sub");
    await checkout.completeHistory();
    assertEquals(await runGit(directory, "rev-list", "--count", "HEAD"), "2");
    const [line = ""] = linesOf(privateKey);
    assertEquals(await findInFiles(project.work, line), []);
  });
}

Deno.test("checkoutGit keeps the key private and only while git runs", async () => {
  const { project, server, source } = await serve();
  await using _project = project;
  await using _server = server;
  const { privateKey } = server;
  const [line = ""] = linesOf(privateKey);
  const seen = { key: false, ssh: false };
  let over = false;
  const running = project.checkout({ ...source, privateKey })
    .finally(() => over = true);
  while (!over) {
    for (const { command, environment } of await findProcesses(project.work)) {
      seen.ssh ||= command.startsWith("ssh ");
      for (const line of linesOf(privateKey)) {
        assertFalse(`${command} ${environment}`.includes(line));
      }
    }
    for (const path of await findInFiles(project.work, line)) {
      const info = await Deno.lstat(path).catch(() => undefined);
      if (!info) continue;
      seen.key = true;
      assertEquals((info.mode ?? 0) & 0o7777, 0o600);
    }
  }
  await using _checkout = await running;
  assertEquals(seen, { key: true, ssh: true });
  assertEquals(await findInFiles(project.work, line), []);
});

Deno.test("checkoutGit mends the line ends of a key", async () => {
  const { project, server, source } = await serve();
  await using _project = project;
  await using _server = server;
  const text = server.privateKey.reveal();
  for (
    const sent of [
      text.trimEnd(),
      text.replaceAll("\n", "\r\n"),
      `\n${text}\n\n`,
    ]
  ) {
    const privateKey = new Secret(sent);
    await using checkout = await project.checkout({ ...source, privateKey });
    assertEquals(checkout.commit, source.commit);
  }
});

Deno.test("checkoutGit says why ssh does not let it in", async (t) => {
  const { project, server, source } = await serve();
  await using _project = project;
  await using _server = server;
  const directory = await project.scratch("keys");
  await makeKey(`${directory}/other`);
  const cases = {
    "the key is unknown": [
      await readKey(`${directory}/other`),
      "the server does not accept the key",
    ],
    "there is no key": [undefined, "the server does not accept the key"],
    "the key is broken": [
      new Secret("-----BEGIN OPENSSH PRIVATE KEY-----\nbroken"),
      "the private key cannot be read",
    ],
  } as const;
  for (const [name, [privateKey, advice]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const failure = await assertRejects(
        () =>
          project.checkout({ ...source, ...(privateKey && { privateKey }) }),
        BuildFailure,
      );
      assertEquals(failure.kind, "git_failure");
      assertStringIncludes(failure.message, advice);
      assertStringIncludes(failure.message, "Permission denied");
    });
  }
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit checks the server against SSH_KNOWN_HOSTS", async (t) => {
  const { project, server, source } = await serve();
  await using _project = project;
  await using _server = server;
  const { privateKey } = server;
  const directory = await project.scratch("known hosts, 100% ours");
  const knownHosts = `${directory}/known_hosts`;
  const checkout = () =>
    project.checkout({ ...source, privateKey }, { knownHosts });

  await t.step("the server is known", async () => {
    await Deno.writeTextFile(knownHosts, server.knownHost);
    await using _ = await checkout();
    assertEquals(await Deno.readTextFile(knownHosts), server.knownHost);
  });
  await t.step("the server is unknown", async () => {
    await Deno.writeTextFile(knownHosts, "");
    const { message } = await assertRejects(checkout, BuildFailure);
    assertStringIncludes(message, "the server's host key is unknown");
  });
  await t.step("the server's key has changed", async () => {
    await makeKey(`${directory}/other`);
    const other = await Deno.readTextFile(`${directory}/other.pub`);
    const [host = ""] = server.knownHost.split(" ");
    await Deno.writeTextFile(knownHosts, `${host} ${other}`);
    const { message } = await assertRejects(checkout, BuildFailure);
    assertStringIncludes(message, "host key is not the known one");
  });
});

Deno.test("checkoutGit ends ssh when it is cancelled", async () => {
  const { project, server, source } = await serve();
  await using _project = project;
  await using _server = server;
  // Connects, and hears nothing.
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = source.url.replace(/:\d+/, `:${silent.addr.port}`);
  const controller = new AbortController();
  const rejection = assertRejects(() =>
    project.checkout({ ...source, url, privateKey: server.privateKey }, {
      signal: controller.signal,
    })
  );
  using _connection = await silent.accept();
  const before = await findProcesses(project.work);
  assert(before.some(({ command }) => command.startsWith("ssh ")));
  controller.abort();
  await rejection;
  assertEquals(await findProcesses(project.work), []);
  assertEquals(await project.leftovers(), []);
});

Deno.test("Access shows no secret, however it is printed", async () => {
  await using project = await Project.create();
  await using workplace = await Workplace.create(project.work);
  const url = parseGitUrl("https://user-secret:passw0rd@example.com/a.git");
  const proxy = "http://me:pr0xy-passw0rd@127.0.0.1:3128";
  await using access = await Access.open({
    url,
    workplace,
    privateKey: new Secret("key-secret"),
  }, { proxies: { https: new Secret(proxy) } });
  const proxies = gitProxy(url, { https: new Secret(proxy) });
  assertEquals(access.secrets.length, 3);
  const printed = Deno.inspect([access, proxies], { depth: 10 });
  assertFalse(/passw0rd|-secret/.test(printed), printed);
});

Deno.test("Access has git send a login unasked to the repository's server alone", async () => {
  await using project = await Project.create();
  await using workplace = await Workplace.create(project.work);
  const url = parseGitUrl("https://me:passw0rd@example.com:8443/a.git");
  await using access = await Access.open({ url, workplace });
  const config = Object.entries(access.config)
    .flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const settingFor = (address: string) => {
    const query = ["config", "--get-urlmatch", "http.proactiveAuth", address];
    return runGit(workplace.root, ...config, ...query).catch(() => undefined);
  };
  assertEquals(await settingFor("https://example.com:8443/b.git"), "basic");
  for (
    const other of [
      "https://example.com/a.git",
      "https://example.org:8443/a.git",
      "http://example.com:8443/a.git",
    ]
  ) assertEquals(await settingFor(other), undefined, other);
});
