import {
  assertEquals,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { encodeHex } from "@std/encoding";
import { BuildFailure } from "../../../lib/build/failure.ts";
import type { CheckoutLimits } from "../../../lib/source/git/allowance.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import {
  type GitRepository,
  runGitWith,
} from "../../support/git_repository.ts";
import { Project } from "./_project.ts";

/** A tree of trees, ten in each, `depth` deep: 10^depth of what is in it. */
async function commitBomb(
  { directory }: GitRepository,
  content: string,
): Promise<string> {
  const run = (input: string, ...args: string[]) =>
    runGitWith({ directory, args, input });
  let entry = content;
  for (let depth = 0; depth < 10; depth++) {
    const names = Array.from({ length: 10 }, (_, n) => `${entry}\t${n}\n`);
    entry = `040000 tree ${await run(names.join(""), "mktree")}`;
  }
  const tree = entry.slice("040000 tree ".length);
  const commit = await run("bomb", "commit-tree", tree);
  await run("", "update-ref", "refs/heads/main", commit);
  return commit;
}

async function refuse(
  project: Project,
  url: string,
  limits: Partial<CheckoutLimits> = {},
): Promise<string> {
  const failure = await assertRejects(
    () => project.checkout({ url, commit: "main" }, { limits }),
    BuildFailure,
  );
  assertEquals(failure.kind, "git_checkout");
  assertEquals(await project.leftovers(), []);
  return failure.message;
}

Deno.test("checkoutGit refuses a tree that names more than fits anywhere", async (t) => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const { repository } = project;
  const { directory } = repository;
  const input = { directory, input: "" };
  const hash = ["hash-object", "-w", "--stdin", "-t"];
  const blob = await runGitWith({ ...input, args: [...hash, "blob"] });
  const tree = await runGitWith({ ...input, args: [...hash, "tree"] });
  const contents = {
    "of files": `100644 blob ${blob}`,
    "of directories": `040000 tree ${tree}`,
  };
  for (const [name, content] of Object.entries(contents)) {
    await t.step(name, async () => {
      await commitBomb(repository, content);
      const url = server.url("project/.git");
      const message = await refuse(project, url, { entries: 100_000 });
      assertEquals(
        message,
        `Cannot check out "main" of "${url}": it holds more than 100000 entries: the operator of this worker can allow more with ENTRIES_LIMIT`,
      );
    });
  }
  await t.step("in a submodule, whatever its name", async () => {
    const outer = await project.addRepository("outer");
    const commit = await repository.head();
    for (const name of ["sub", "a=b", '"\\']) {
      await outer.addSubmodule(name, "../../project/.git", commit);
      const message = await refuse(project, server.url("outer/.git"), {
        entries: 100_000,
      });
      assertStringIncludes(message, "check out the submodules");
      assertStringIncludes(message, "ENTRIES_LIMIT");
      await outer.git("rm", "--quiet", "--cached", name);
      await outer.git("rm", "--quiet", "--force", ".gitmodules");
    }
  });
});

Deno.test("checkoutGit counts a commit, its submodules and its LFS files together", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const sub = await project.addRepository("sub");
  await sub.commit({ "file": "x".repeat(400) });
  const { repository } = project;
  await repository.commit({ "directory/file": "x".repeat(500) });
  await repository.addSubmodule("sub", "../../sub/.git", await sub.head());
  const url = server.url("project/.git");
  const modules = (await Deno.stat(`${repository.directory}/.gitmodules`)).size;

  // A directory, two files and a submodule; a file.
  const limits = { entries: 5, unpackedBytes: 900 + modules };
  const checkout = await project.checkout({ url, commit: "main" }, { limits });
  await checkout[Symbol.asyncDispose]();
  assertStringIncludes(
    await refuse(project, url, { ...limits, entries: 4 }),
    "it holds more than 4 entries",
  );
  assertStringIncludes(
    await refuse(project, url, { ...limits, unpackedBytes: 899 + modules }),
    `its files have more than ${
      899 + modules
    } bytes: the operator of this worker can allow more with UNPACKED_LIMIT`,
  );

  const pointer = [
    "version https://git-lfs.github.com/spec/v1",
    `oid sha256:${"0".repeat(64)}`,
    "size 50000000000",
    "",
  ].join("\n");
  await repository.commit({
    ".gitattributes": "*.bin filter=lfs\n",
    "a.bin": pointer,
  });
  const message = await refuse(project, url, { unpackedBytes: 1e9 });
  assertStringIncludes(message, "fetch the LFS files");
  assertStringIncludes(message, "UNPACKED_LIMIT");
});

Deno.test("checkoutGit counts LFS files of every version that git-lfs knows", async () => {
  await using project = await Project.create();
  const lfsObjects = new Map<string, Uint8Array<ArrayBuffer>>();
  const pointer = async (size: number) => {
    const bytes = crypto.getRandomValues(new Uint8Array(size));
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const oid = encodeHex(digest);
    lfsObjects.set(oid, bytes);
    return `oid sha256:${oid}\nsize ${size}\n`;
  };
  const current = "version https://git-lfs.github.com/spec/v1\n";
  const former = "version https://hawser.github.com/spec/v1\n";
  const attributes = { ".gitattributes": "*.bin filter=lfs\n" };
  await using server = new GitHttpServer({ root: project.root, lfsObjects });
  const url = server.url("project/.git");
  const { repository } = project;

  await repository.commit({
    ...attributes,
    "a.bin": current + await pointer(1),
    "b.bin": former + await pointer(60_000),
  });
  assertStringIncludes(
    await refuse(project, url, { unpackedBytes: 50_000 }),
    "its files have more than 50000 bytes",
  );
});

Deno.test("checkoutGit counts every file that git-lfs replaces, also what is not given to it", async () => {
  await using project = await Project.create();
  const bytes = crypto.getRandomValues(new Uint8Array(10_000));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const lfsObjects = new Map([[encodeHex(digest), bytes]]);
  await using server = new GitHttpServer({ root: project.root, lfsObjects });
  const url = server.url("project/.git");
  const { repository } = project;
  const pointer = [
    "version https://git-lfs.github.com/spec/v1",
    `oid sha256:${encodeHex(digest)}`,
    `size ${bytes.length}`,
    "",
  ].join("\n");
  await repository.commit({
    ".gitattributes": "*.bin filter=lfs\n",
    "a.bin": pointer,
    "b/is replaced": pointer,
    "c/is replaced": `\n  ${pointer.replaceAll("\n", "\r\n")}`,
    "d/has no size": pointer.replace("size", "length"),
    "e": "x".repeat(500),
  });
  await repository.script(
    `printf '${pointer.replaceAll("\n", "\\n")}' >"$(printf '\\377')"`,
  );
  await repository.commit({});
  const enough = 4 * bytes.length + 10_000;
  {
    await using checkout = await project.checkout(
      { url, commit: "main" },
      { limits: { unpackedBytes: enough } },
    );
    const sizeOf = async (path: string) =>
      (await Deno.stat(`${checkout.directory}/${path}`)).size;
    for (const path of ["a.bin", "b/is replaced", "c/is replaced"]) {
      assertEquals(await sizeOf(path), bytes.length, path);
    }
    assertLess(await sizeOf("d/has no size"), 1_000);
  }
  assertStringIncludes(
    await refuse(project, url, { unpackedBytes: 4 * bytes.length }),
    `its files have more than ${4 * bytes.length} bytes`,
  );
});

Deno.test("checkoutGit ends a fetch that is larger than PACKAGE_LIMIT", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  await project.repository.commit({ "file": bytes.toBase64() });
  const failure = await assertRejects(
    () =>
      project.checkout({ url: server.url("project/.git"), commit: "main" }, {
        limits: { packageBytes: 10_000 },
      }),
    BuildFailure,
  );
  assertEquals(failure.kind, "git_failure");
  assertStringIncludes(failure.message, "PACKAGE_LIMIT");
  assertEquals(await project.leftovers(), []);
});
