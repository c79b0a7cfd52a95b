import { assertEquals, assertStringIncludes } from "@std/assert";
import { gitPermissions } from "../../lib/config/permissions.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { SshServer } from "../support/sshd.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";
import { output, Stage } from "./_stage.ts";

Deno.test("a worker with git builds commits, and leaves no trace of them", async (t) => {
  await using stage = await Stage.set();
  await using served = await TemporaryDirectory.create();
  await using checkouts = await TemporaryDirectory.create();
  const repository = await GitRepository.create(`${served.path}/project`);
  const Dockerfile = `FROM ${stage.base}\nCOPY . /src/\nRUN ls -A /src\n`;
  const first = await repository.commit({ Dockerfile, "one.txt": "" });
  await repository.git("tag", "v1");
  const second = await repository.commit({
    "two.txt": "",
    ".dockerignore": ".git\n",
  });
  const before = await stage.traces();

  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, TMPDIR: checkouts.path },
    permissions: gitPermissions({
      socket: SOCKET,
      temporaryDirectory: checkouts.path,
    }),
  });
  const build = (git: Readonly<Record<string, string>>) =>
    manager.build(stage.arguments({ git, build_package: "http://ignored/" }));

  await t.step("over HTTP, with .git where it is not ignored", async () => {
    await using server = new GitHttpServer({ root: served.path });
    const url = server.url("project/.git");
    const report = await build({ url, sha: first });
    assertEquals(report.kind, "success", JSON.stringify(report));
    assertStringIncludes(output(report), ".git\n");
    assertStringIncludes(output(report), "one.txt\n");
    assertEquals(output(report).includes("two.txt"), false);
    const ignoring = await build({ url, sha: second });
    assertEquals(output(ignoring).includes(".git\n"), false);
  });

  await t.step("over ssh, with the build's private key", async () => {
    await using keys = await TemporaryDirectory.create();
    await using server = await SshServer.start({ directory: keys.path });
    const key = server.privateKey.reveal();
    const report = await build({
      url: server.url(`${served.path}/project/.git`),
      sha: second,
      private_key: key,
    });
    assertEquals(report.kind, "success", JSON.stringify(report));
    assertStringIncludes(output(report), "two.txt\n");
    assertEquals(worker.log.includes(key.split("\n")[1] ?? key), false);
  });

  await t.step("a server that is not there is a git failure", async () => {
    const report = await build({ url: "http://127.0.0.1:9/x", sha: first });
    assertEquals(report.kind, "failure");
    if (report.kind !== "failure") return;
    assertEquals(report.uri, "io.quay.builder.gitfailure");
    assertStringIncludes(report.baseError, "127.0.0.1");
  });

  await t.step("a commit that is not there is a checkout failure", async () => {
    await using server = new GitHttpServer({ root: served.path });
    const sha = "0123456789012345678901234567890123456789";
    const report = await build({ url: server.url("project/.git"), sha });
    assertEquals(report.kind, "failure");
    if (report.kind !== "failure") return;
    assertEquals(report.uri, "io.quay.builder.gitcheckout");
    assertStringIncludes(report.baseError, sha);
  });

  await t.step("nothing is left on the engine and the disk", async () => {
    assertEquals(await stage.traces(), before);
    assertEquals(await Array.fromAsync(Deno.readDir(checkouts.path)), []);
    assertEquals(manager.violations, []);
  });
});
