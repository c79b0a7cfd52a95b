import {
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { type GitHttpOptions, GitHttpServer } from "../../support/git_http.ts";
import { runGit } from "../../support/git_repository.ts";
import { Project } from "./_project.ts";

const ABSENT = "1".repeat(40);

/** A history with a tag, a branch, and a commit on neither. */
async function createHistory() {
  const project = await Project.create();
  const { repository } = project;
  const first = await repository.commit({ "file": "1" });
  await repository.git("tag", "--annotate", "--message=one", "v1.0");
  const second = await repository.commit({ "file": "2" });
  const third = await repository.commit({ "file": "3" });
  await repository.git("checkout", "--quiet", "-b", "side/branch", "v1.0");
  const side = await repository.commit({ "file": "side" });
  await repository.git("checkout", "--quiet", "--detach", second);
  const pull = await repository.commit({ "file": "pull" });
  const pullTip = await repository.commit({ "file": "pull tip" });
  await repository.git("update-ref", "refs/pull/7/head", "HEAD");
  await repository.git("checkout", "--quiet", "main");
  await repository.git("update-server-info");
  return { project, commits: { first, second, third, side, pull, pullTip } };
}

const SERVERS: Record<string, Omit<GitHttpOptions, "root">> = {
  "with protocol 2": {},
  "that gives reachable commits": {
    protocol: "old",
    config: { "uploadpack.allowReachableSHA1InWant": "true" },
  },
  "that gives tips": {
    protocol: "old",
    config: { "uploadpack.allowTipSHA1InWant": "true" },
  },
  "that gives no single commits": { protocol: "old" },
  "without git": { protocol: "dumb" },
};

Deno.test("checkoutGit gets any commit from a server", async (t) => {
  const { project, commits } = await createHistory();
  await using _ = project;
  const expected: Record<string, string> = {
    [commits.second]: commits.second,
    [commits.pull]: commits.pull,
    [commits.second.slice(0, 9)]: commits.second,
    "v1.0": commits.first,
    "side/branch": commits.side,
  };
  for (const [name, options] of Object.entries(SERVERS)) {
    await t.step(name, async () => {
      await using server = new GitHttpServer({
        root: project.root,
        ...options,
      });
      const url = server.url("project/.git");
      for (const [commit, hash] of Object.entries(expected)) {
        await using checkout = await project.checkout({ url, commit });
        assertEquals(checkout.commit, hash);
        const { directory } = checkout;
        assertEquals(await runGit(directory, "rev-parse", "HEAD"), hash);
        assertEquals(await runGit(directory, "status", "--short"), "");
      }
      const failure = await assertRejects(
        () => project.checkout({ url, commit: ABSENT }),
        BuildFailure,
      );
      assertEquals(failure.kind, "git_checkout");
      assertStringIncludes(failure.message, `"${ABSENT}"`);
      assertEquals(await project.leftovers(), []);
    });
  }
});

Deno.test("checkoutGit says which branch or abbreviation is not there", async () => {
  const { project } = await createHistory();
  await using _ = project;
  await using server = new GitHttpServer({ root: project.root });
  for (const commit of ["absent", "1234567"]) {
    const failure = await assertRejects(
      () => project.checkout({ url: server.url("project/.git"), commit }),
      BuildFailure,
    );
    assertEquals(failure.kind, "git_checkout");
    assertStringIncludes(failure.message, `"${commit}"`);
  }
});

Deno.test("completeHistory gives what a full clone has", async (t) => {
  const { project, commits } = await createHistory();
  await using _ = project;
  for (const name of ["with protocol 2", "that gives tips", "without git"]) {
    await t.step(name, async () => {
      await using server = new GitHttpServer({
        root: project.root,
        ...SERVERS[name],
      });
      const url = server.url("project/.git");
      const clone = `${await project.scratch(name)}/clone`;
      await runGit("/", "clone", "--quiet", url, clone);
      for (const commit of [commits.third, commits.side, "v1.0"]) {
        await using checkout = await project.checkout({ url, commit });
        await checkout.completeHistory();
        await runGit(clone, "checkout", "--quiet", "--detach", commit);
        await assertSameHistory(checkout.directory, clone);
      }
    });
  }
});

Deno.test("completeHistory completes a commit that is on no branch", async () => {
  const { project, commits } = await createHistory();
  await using _ = project;
  await using server = new GitHttpServer({ root: project.root });
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: commits.pullTip,
  });
  await checkout.completeHistory();
  const described = await runGit(checkout.directory, "describe");
  assertEquals(described, `v1.0-3-g${commits.pullTip.slice(0, 7)}`);
});

async function assertSameHistory(one: string, other: string): Promise<void> {
  const commands = [
    ["describe"],
    ["tag"],
    ["log", "--all", "--decorate=no"],
    ["rev-parse", "--is-shallow-repository"],
    ["rev-parse", "origin/main", "origin/side/branch"],
  ];
  for (const command of commands) {
    assertEquals(
      await runGit(one, ...command),
      await runGit(other, ...command),
    );
  }
}

Deno.test("checkoutGit fetches a tenth of a history of 2,000 commits at most", async () => {
  await using project = await Project.create();
  await project.repository.addHistory(2000);
  await using server = new GitHttpServer({ root: project.root });
  const url = server.url("project/.git");
  const clone = `${await project.scratch("clone")}/project`;
  await runGit("/", "clone", "--quiet", url, clone);
  const whole = server.sentBytes;

  const commit = await project.repository.git("rev-parse", "HEAD~42");
  await runGit(clone, "checkout", "--quiet", "--detach", commit);
  await using checkout = await project.checkout({ url, commit });
  const one = server.sentBytes - whole;
  assertGreater(one, 0);
  assertLessOrEqual(one, whole / 10);
  assertEquals(
    await runGit(checkout.directory, "ls-tree", "-r", "HEAD"),
    await runGit(clone, "ls-tree", "-r", "HEAD"),
  );

  await checkout.completeHistory();
  assertLess(server.sentBytes - whole, whole * 1.1);
  const described = await runGit(checkout.directory, "describe");
  assertEquals(described, await runGit(clone, "describe"));
  assertStringIncludes(described, "v19-58-g");
});
