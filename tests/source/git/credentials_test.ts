import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import { SshServer } from "../../support/sshd.ts";
import { Project } from "./_project.ts";

const LOGIN = { username: "builder", password: "t0ken-of-the-repository" };
const SENT = `Basic ${btoa(`${LOGIN.username}:${LOGIN.password}`)}`;

/** A repository's URL with {@linkcode LOGIN}. */
function withLogin(url: string): string {
  return url.replace("//", `//${LOGIN.username}:${LOGIN.password}@`);
}

Deno.test("a repository's login goes to no other port of its host", async () => {
  await using project = await Project.create();
  const sub = await project.addRepository("sub");
  const subCommit = await sub.commit({ "file": "sub" });
  const options = { root: project.root, login: LOGIN };
  await using own = new GitHttpServer(options);
  await using foreign = new GitHttpServer(options);
  const { repository } = project;
  await repository.addSubmodule("sub", foreign.url("sub/.git"), subCommit);

  const { message } = await assertRejects(async () => {
    await using _ = await project.checkout({
      url: withLogin(own.url("project/.git")),
      commit: await repository.head(),
    });
  }, BuildFailure);
  assertStringIncludes(message, "the server wants a login");
  assertEquals([...new Set(own.logins)], [SENT]);
  assertEquals(foreign.requests.length > 0, true);
  assertEquals(foreign.logins, []);
});

Deno.test("a repository's login does not follow a redirect to another host", async () => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "project" });
  await using foreign = new GitHttpServer({ root: project.root, login: LOGIN });
  const logins: (string | null)[] = [];
  await using own = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const given = request.headers.get("authorization");
      logins.push(given);
      if (given === null) {
        const headers = { "www-authenticate": 'Basic realm="git"' };
        return new Response(null, { status: 401, headers });
      }
      const { pathname, search } = new URL(request.url);
      const location = foreign.url(`${pathname.slice(1)}${search}`);
      return new Response(null, { status: 302, headers: { location } });
    },
  );
  await assertRejects(async () => {
    await using _ = await project.checkout({
      url: withLogin(`http://127.0.0.1:${own.addr.port}/project/.git`),
      commit,
    });
  }, BuildFailure);
  assertEquals(logins.includes(SENT), true);
  assertEquals(foreign.requests.length > 0, true);
  assertEquals(foreign.logins, []);
});

Deno.test("a repository's key is offered to no other port of its host", async () => {
  await using project = await Project.create();
  const sub = await project.addRepository("sub");
  const subCommit = await sub.commit({ "file": "sub" });
  const directory = await project.scratch("own");
  const foreignDirectory = await project.scratch("foreign");
  await using own = await SshServer.start({ directory });
  await using foreign = await SshServer.start({ directory: foreignDirectory });
  // The other server would let the same key in.
  const name = "user_key.pub";
  await Deno.copyFile(`${directory}/${name}`, `${foreignDirectory}/${name}`);
  const { privateKey } = own;
  const subUrl = foreign.url(`${project.root}/sub/.git`);
  {
    await using allowed = await project.checkout({
      url: subUrl,
      commit: subCommit,
      privateKey,
    });
    assertEquals(allowed.commit, subCommit);
  }
  const { repository } = project;
  await repository.addSubmodule("sub", subUrl, subCommit);
  const { message } = await assertRejects(async () => {
    await using _ = await project.checkout({
      url: own.url(`${project.root}/project/.git`),
      commit: await repository.head(),
      privateKey,
    });
  }, BuildFailure);
  assertStringIncludes(message, "Permission denied");
  assertStringIncludes(message, "submodules");
});
