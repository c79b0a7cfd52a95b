import {
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { findProcesses } from "../../support/processes.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import { runGit } from "../../support/git_repository.ts";
import { findInFiles } from "../../support/temporary_directory.ts";
import { Project } from "./_project.ts";

const LOGIN = { username: "me@work", password: "p/ss w0rd" };

Deno.test("checkoutGit writes files as a person's git does", async () => {
  await using project = await Project.create();
  const { repository } = project;
  await Deno.symlink("target", `${repository.directory}/link`);
  await Deno.writeTextFile(`${repository.directory}/run`, "", { mode: 0o755 });
  const commit = await repository.commit({ "a/b": "text\r\n", ".hidden": "" });
  await using server = new GitHttpServer({ root: project.root });
  const umask = Deno.umask(0o077);
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit,
  }).finally(() => Deno.umask(umask));
  const { directory } = checkout;
  assertEquals(await Deno.readTextFile(`${directory}/a/b`), "text\r\n");
  assertEquals(await Deno.readLink(`${directory}/link`), "target");
  const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o7777;
  assertEquals(mode(`${directory}/a`), 0o755);
  assertEquals(mode(`${directory}/a/b`), 0o644);
  assertEquals(mode(`${directory}/run`), 0o755);
  assertEquals(mode(`${directory}/..`), 0o700);
});

Deno.test("checkoutGit leaves nothing of the worker in .git", async () => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "" });
  await using server = new GitHttpServer({ root: project.root });
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit,
  });
  await checkout.completeHistory();
  const git = `${checkout.directory}/.git`;
  const names = await Array.fromAsync(Deno.readDir(git), ({ name }) => name);
  assertFalse(names.includes("hooks") || names.includes("logs"));
  assertEquals(await findInFiles(git, project.work), []);
});

Deno.test("checkoutGit logs in with what the URL says, and shows it nowhere", async () => {
  await using project = await Project.create();
  const sub = await project.addRepository("sub");
  await sub.commit({ "file": "sub" });
  const { repository } = project;
  await repository.commit({ "file": "" });
  await repository.addSubmodule("sub", "../../sub/.git", await sub.head());
  await using server = new GitHttpServer({ root: project.root, login: LOGIN });
  const { host } = server;
  const url = `http://me%40work:p%2Fss%20w0rd@${host}/project/.git`;
  const lines: string[] = [];
  const processes = new Set<string>();
  const running = project.checkout(
    { url, commit: await repository.head() },
    { onMessage: (line) => lines.push(line) },
  );
  const watching = watchProcesses(project.work, running, processes);
  await using checkout = await running;
  await watching;
  await checkout.completeHistory();

  const { directory } = checkout;
  assertEquals(await Deno.readTextFile(`${directory}/sub/file`), "sub");
  assertEquals(
    await runGit(directory, "remote", "get-url", "origin"),
    `http://${host}/project/.git`,
  );
  const said = [...lines, ...processes].join("\n");
  for (const secret of ["w0rd", "p%2Fss"]) {
    assertFalse(said.includes(secret), said);
    assertEquals(await findInFiles(project.work, secret), []);
  }
});

Deno.test("checkoutGit says that a login is wrong, but not which", async () => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "" });
  await using server = new GitHttpServer({ root: project.root, login: LOGIN });
  for (const login of ["", "me:wr0ng@", "t0ken-wr0ng@"]) {
    const failure = await assertRejects(
      () =>
        project.checkout({
          url: `http://${login}${server.host}/project/.git`,
          commit,
        }),
      BuildFailure,
    );
    assertEquals(failure.kind, "git_failure");
    assertStringIncludes(failure.message, "the server wants a login");
    assertFalse(Deno.inspect(failure).includes("wr0ng"));
  }
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit opens a file URL only where that is allowed", async () => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "here" });
  const source = { url: `file://${project.root}/project`, commit };
  await assertRejects(() => project.checkout(source), BuildFailure, "operator");
  await using checkout = await project.checkout(source, { allowFile: true });
  assertEquals(await Deno.readTextFile(`${checkout.directory}/file`), "here");
});

Deno.test("checkoutGit leaves nothing when it is cancelled", async () => {
  await using project = await Project.create();
  await project.repository.addHistory(100);
  const commit = await project.repository.head();
  await using server = new GitHttpServer({
    root: project.root,
    stallAfter: 10_000,
  });
  const controller = new AbortController();
  const checkout = project.checkout(
    { url: server.url("project/.git"), commit },
    { signal: controller.signal },
  );
  const rejection = assertRejects(() => checkout);
  await server.stalled;
  const commands = (await findProcesses(project.work))
    .map(({ command }) => command);
  assertStringIncludes(commands.join("\n"), "remote-http");

  const reason = new Error("cancelled");
  controller.abort(reason);
  assertEquals(await rejection, reason);
  assertEquals(await findProcesses(project.work), []);
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit gives up on a server that falls silent", async () => {
  await using project = await Project.create();
  await project.repository.addHistory(100);
  const commit = await project.repository.head();
  await using server = new GitHttpServer({
    root: project.root,
    stallAfter: 10_000,
  });
  const failure = await assertRejects(
    () =>
      project.checkout({ url: server.url("project/.git"), commit }, {
        idleTimeout: 1500,
      }),
    BuildFailure,
  );
  assertEquals(failure.kind, "git_failure");
  assertStringIncludes(failure.message, "no sign of life for 1.5 seconds");
  assertStringIncludes(failure.message, "GIT_IDLE_TIMEOUT");
  assertEquals(await findProcesses(project.work), []);
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit says where it cannot write", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const failure = await assertRejects(
    () =>
      project.checkout({ url: server.url("project/.git"), commit: "main" }, {
        directory: `${project.work}/absent`,
      }),
    BuildFailure,
    "TMPDIR",
  );
  assertEquals(failure.kind, "git_failure");
});

/** Notes the arguments and environments of all that works in a directory. */
async function watchProcesses(
  directory: string,
  until: Promise<unknown>,
  seen: Set<string>,
): Promise<void> {
  let over = false;
  until.finally(() => over = true).catch(() => {});
  while (!over) {
    for (const { command, environment } of await findProcesses(directory)) {
      seen.add(command).add(environment);
    }
  }
}
