import {
  assertEquals,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { NOTHING } from "../../../lib/source/git/submodules.ts";
import { type GitHttpOptions, GitHttpServer } from "../../support/git_http.ts";
import { runGit } from "../../support/git_repository.ts";
import { Project } from "./_project.ts";

const SERVERS: Record<string, Omit<GitHttpOptions, "root">> = {
  "with protocol 2": {},
  "that gives no single commits": { protocol: "old" },
  "without git": { protocol: "dumb" },
};

for (const [name, options] of Object.entries(SERVERS)) {
  Deno.test(`checkoutGit gets submodules of submodules from a server ${name}`, async () => {
    await using project = await Project.create();
    await using server = new GitHttpServer({ root: project.root, ...options });
    const inner = await project.addRepository("inner");
    const innerCommit = await inner.commit({ "file": "inner" });
    await inner.git("tag", "--annotate", "--message=one", "inner-1", "HEAD");
    await inner.commit({ "file": "inner, newer" });
    const outer = await project.addRepository("group/outer");
    await outer.commit({ "file": "outer" });
    await outer.git("tag", "--annotate", "--message=one", "outer-1", "HEAD");
    const relative = "../../../inner/.git";
    await outer.addSubmodule("in/ner", relative, innerCommit);
    const outerCommit = await outer.head();
    await outer.commit({ "file": "outer, newer" });
    const { repository } = project;
    await repository.commit({ "file": "project" });
    const url = server.url("group/outer/.git");
    await repository.addSubmodule("the outer", url, outerCommit);
    for (const each of [inner, outer, repository]) {
      await each.git("update-server-info");
    }

    await using checkout = await project.checkout({
      url: server.url("project/.git"),
      commit: await repository.head(),
    });
    const path = `${checkout.directory}/the outer`;
    assertEquals(await Deno.readTextFile(`${path}/file`), "outer");
    assertEquals(await Deno.readTextFile(`${path}/in/ner/file`), "inner");

    await checkout.completeHistory();
    const described = await runGit(path, "describe");
    assertEquals(described, `outer-1-1-g${outerCommit.slice(0, 7)}`);
    assertEquals(await runGit(`${path}/in/ner`, "describe"), "inner-1");
  });
}

Deno.test("what git runs in place of a checkout needs no shell, as git up to 2.33 gives it none", async () => {
  // As git-submodule.sh of git 2.33 has it: words, and the commit.
  const script = 'command=$1; $command "0123abcd"';
  const { code } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", NOTHING],
  }).output();
  assertEquals(code, 0);
});

Deno.test("checkoutGit fetches submodules without their history", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const sub = await project.addRepository("sub");
  await sub.addHistory(500);
  const commit = await sub.git("rev-parse", "HEAD~100");
  await project.repository.addSubmodule("sub", "../../sub/.git", commit);
  await using _checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: await project.repository.head(),
  });
  const fetched = server.sentBytes;
  const clone = await project.scratch("clone");
  await runGit(clone, "clone", "--quiet", server.url("sub/.git"));
  assertLess(fetched, (server.sentBytes - fetched) / 5);
});

Deno.test("checkoutGit refuses what a submodule must not be", async (t) => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const sub = await project.addRepository("sub");
  const commit = await sub.commit({ "file": "" });
  const proof = `${await project.scratch("proof")}/pwned`;
  const urls = {
    "a command": [`ext::sh -c "touch ${proof}"`, "'ext' not allowed"],
    "a file URL": [`file://${project.root}/sub`, "'file' not allowed"],
    "a path": [`${project.root}/sub`, "'file' not allowed"],
    "an option": [`-u${proof}`, "may be interpreted as a command-line option"],
    "an option of ssh": [
      `ssh://-oProxyCommand=touch ${proof}/x`,
      "strange hostname",
    ],
  } as const;
  for (const [name, [url, reason]] of Object.entries(urls)) {
    await t.step(name, async () => {
      const repository = await project.addRepository(name);
      await repository.addSubmodule("sub", url, commit);
      const source = {
        url: server.url(`${encodeURIComponent(name)}/.git`),
        commit: await repository.head(),
      };
      const failure = await assertRejects(
        () => project.checkout(source, { allowFile: true }),
        BuildFailure,
      );
      assertEquals(failure.kind, "git_checkout");
      assertStringIncludes(failure.message, "the submodules");
      assertStringIncludes(failure.message, reason);
      await assertRejects(() => Deno.lstat(proof), Deno.errors.NotFound);
    });
  }
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit says which submodule has not the commit", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const sub = await project.addRepository("sub");
  await sub.commit({ "file": "" });
  const absent = "1".repeat(40);
  await project.repository.addSubmodule("the sub", "../../sub/.git", absent);
  const failure = await assertRejects(
    () => project.checkout({ url: server.url("project/.git"), commit: "main" }),
    BuildFailure,
  );
  assertEquals(failure.kind, "git_checkout");
  assertStringIncludes(failure.message, "the sub");
  assertStringIncludes(failure.message, absent);
});

Deno.test("checkoutGit takes a lost submodule for an empty directory", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const { repository } = project;
  await repository.addSubmodule("sub", "../sub", "1".repeat(40));
  await repository.git("rm", "--quiet", ".gitmodules");
  await repository.git("commit", "--quiet", "--message=lost");
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: await repository.head(),
  });
  const entries = Deno.readDir(`${checkout.directory}/sub`);
  assertEquals(await Array.fromAsync(entries), []);
});

Deno.test("checkoutGit takes nobody's files for a submodule's repository", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const proof = `${await project.scratch("proof")}/pwned`;
  const sub = await project.addRepository("sub");
  const commit = await sub.commit({
    ".gitattributes": "* filter=own\n",
    "file": "",
  });
  const { repository } = project;
  await repository.script(
    `git clone --quiet --bare ${sub.directory}/.git evil`,
  );
  await repository.commit({
    "evil/config": `[core]
\trepositoryformatversion = 0
\tworktree = wt
[filter "own"]
\tsmudge = touch ${proof}; cat
`,
    "evil/objects/info/keep": "",
    "evil/refs/heads/keep": "",
    "evil/wt/keep": "",
  });
  // What is not UTF-8 looks to a program as U+FFFD does, and that is a link.
  await repository.script(`
    set -e
    ln -s evil "$(printf '\\357\\277\\275')"
    printf '[submodule "s"]\n\tpath = \\377\n\turl = ../../sub/.git\n' >.gitmodules
    git update-index --add --cacheinfo 160000,${commit},"$(printf '\\377')"
    git add --all -- ':!evil' ':!'"$(printf '\\377')"
    git commit --quiet --message=submodule`);
  const failure = await assertRejects(
    () => project.checkout({ url: server.url("project/.git"), commit: "main" }),
    BuildFailure,
  );
  await assertRejects(() => Deno.lstat(proof), Deno.errors.NotFound);
  assertEquals(failure.kind, "git_checkout");
  assertStringIncludes(failure.message, "its name is not UTF-8");
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit refuses a submodule that it could not keep git from writing", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const sub = await project.addRepository("sub");
  const commit = await sub.commit({ "file": "" });
  const { repository } = project;
  await repository.script(`
    set -e
    printf '[submodule "\\377"]\n\tpath = sub\n\turl = ../../sub/.git\n' >.gitmodules
    git update-index --add --cacheinfo 160000,${commit},sub
    git add .gitmodules
    git commit --quiet --message=submodule`);
  const failure = await assertRejects(
    () => project.checkout({ url: server.url("project/.git"), commit: "main" }),
    BuildFailure,
  );
  assertEquals(failure.kind, "git_checkout");
  assertStringIncludes(failure.message, "its name is not UTF-8");
});
