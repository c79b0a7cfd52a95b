import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeHex } from "@std/encoding";
import { Secret } from "../../../lib/secret/secret.ts";
import { Authority } from "../../support/certificates.ts";
import { ForwardProxy } from "../../support/forward_proxy.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import { runGitWith } from "../../support/git_repository.ts";
import { Project } from "./_project.ts";

const ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n";
const CONTENT = new Uint8Array(100_000).map((_, index) => index * 7);

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeHex(await crypto.subtle.digest("SHA-256", bytes));
}

function pointerTo(hash: string, size: number): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize ${size}\n`;
}

/** A project with large files, in a submodule too. */
async function createProject() {
  const project = await Project.create();
  const hash = await hashOf(CONTENT);
  const pointer = pointerTo(hash, CONTENT.length);
  const sub = await project.addRepository("sub");
  await sub.commit({ ".gitattributes": ATTRIBUTES, "sub.bin": pointer });
  const { repository } = project;
  await repository.commit({
    ".gitattributes": ATTRIBUTES,
    "a b/é.bin": pointer,
    "no pointer.bin": "text",
  });
  await repository.addSubmodule("sub", "../../sub/.git", await sub.head());
  return { project, lfsObjects: new Map([[hash, CONTENT]]) };
}

Deno.test("checkoutGit fetches the files that LFS pointers stand for", async () => {
  const { project, lfsObjects } = await createProject();
  await using _ = project;
  await using server = new GitHttpServer({ root: project.root, lfsObjects });
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: "main",
  });
  assertEquals(checkout.warnings, []);
  for (const path of ["a b/é.bin", "sub/sub.bin"]) {
    const bytes = await Deno.readFile(`${checkout.directory}/${path}`);
    assertEquals(await hashOf(bytes), await hashOf(CONTENT));
  }
});

Deno.test("checkoutGit fetches LFS files with the login of the URL", async () => {
  const { project, lfsObjects } = await createProject();
  await using _ = project;
  const login = { username: "me", password: "passw0rd" };
  const { root } = project;
  await using server = new GitHttpServer({ root, lfsObjects, login });
  await using checkout = await project.checkout({
    url: `http://me:passw0rd@${server.host}/project/.git`,
    commit: "main",
  });
  assertEquals(checkout.warnings, []);
});

Deno.test("checkoutGit fetches LFS files through a proxy with a login, from a server with an own authority", async () => {
  const { project, lfsObjects } = await createProject();
  await using _ = project;
  await using authority = await Authority.create();
  await using server = new GitHttpServer({
    root: project.root,
    lfsObjects,
    certificate: await authority.issue("git", {
      names: ["git.invalid", "127.0.0.1"],
    }),
  });
  await using proxy = new ForwardProxy({
    login: { username: "worker", password: "pr0xy-passw0rd" },
  });
  // git-lfs, like all that Go makes, asks no proxy for a loopback address.
  const host = server.host.replace("127.0.0.1", "git.invalid");
  await using checkout = await project.checkout({
    url: `https://${host}/project/.git`,
    commit: "main",
  }, {
    proxies: { https: new Secret(proxy.url) },
    trust: { authorities: authority.cert },
  });
  assertEquals(checkout.warnings, []);
  assertEquals(proxy.requests.includes(`CONNECT ${host}`), true);
  const batches = server.requests.filter((line) => line.endsWith("/batch"));
  assertEquals(batches.length, 2);
});

Deno.test("checkoutGit warns of LFS files that the server does not have", async () => {
  const { project } = await createProject();
  await using _ = project;
  await using server = new GitHttpServer({ root: project.root });
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: "main",
  });
  const [first = "", second = ""] = checkout.warnings;
  assertStringIncludes(first, `"a b/é.bin"`);
  assertStringIncludes(first, "Object does not exist");
  assertStringIncludes(second, `"sub.bin"`);
});

Deno.test("checkoutGit warns of LFS pointers where there is no git-lfs", async () => {
  const { project, lfsObjects } = await createProject();
  await using _ = project;
  await using server = new GitHttpServer({ root: project.root, lfsObjects });
  const programs = await project.scratch("bin");
  for (const name of ["git", "sh", "setsid", "sed", "basename", "uname"]) {
    await Deno.symlink(`/usr/bin/${name}`, `${programs}/${name}`);
  }
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: "main",
  }, { environment: { PATH: programs } });
  assertEquals(checkout.warnings.length, 2);
  assertStringIncludes(checkout.warnings[0] ?? "", "must install git-lfs");
});

Deno.test("checkoutGit bears LFS files whose names are not UTF-8", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  await runGitWith({
    directory: project.repository.directory,
    args: ["fast-import", "--quiet"],
    input: [
      "commit refs/heads/main",
      "committer A Developer <developer@example.com> 1 +0000",
      "data 0",
      "M 100644 inline .gitattributes",
      `data ${ATTRIBUTES.length}`,
      ATTRIBUTES,
      String.raw`M 100644 inline "\377.bin"`,
      "data 0",
      "",
    ].join("\n"),
  });
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: "main",
  });
  assertEquals(checkout.warnings, []);
});

Deno.test("checkoutGit fetches no LFS file of this machine", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const hash = await hashOf(CONTENT);
  const local = await project.addRepository("local");
  const store = `${local.directory}/.git/lfs/objects/${hash.slice(0, 2)}/${
    hash.slice(2, 4)
  }`;
  await Deno.mkdir(store, { recursive: true });
  await Deno.writeFile(`${store}/${hash}`, CONTENT);
  const pointer = pointerTo(hash, CONTENT.length);
  await project.repository.commit({
    ".gitattributes": ATTRIBUTES,
    ".lfsconfig": `[lfs]\n\turl = file://${local.directory}\n`,
    "file.bin": pointer,
  });
  await using checkout = await project.checkout({
    url: server.url("project/.git"),
    commit: "main",
  });
  const path = `${checkout.directory}/file.bin`;
  assertEquals(await Deno.readTextFile(path), pointer);
  assertEquals(checkout.warnings.length, 1);
});
