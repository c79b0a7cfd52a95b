import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { compiledPermissions } from "../../lib/config/permissions.ts";
import { pack } from "../support/archive.ts";
import { GitRepository } from "../support/git_repository.ts";
import { SshServer } from "../support/sshd.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { DOCKER_HOST, SOCKET } from "../support/worker_process.ts";
import { nameOn, runLocalBuild, writeFiles } from "./_local_build.ts";
import { Stage, TOKEN } from "./_stage.ts";

Deno.test("a login is found, used, and kept from the output", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  const { host } = stage.guarded;
  await writeFiles(path, {
    "app/Dockerfile": `FROM ${host}/e2e/base\nRUN echo ${TOKEN}\n`,
    "docker/config.json": JSON.stringify({
      auths: { [host]: { auth: btoa(`$token:${TOKEN}`) } },
    }),
  });
  const push = async (
    args: readonly string[],
    { env = {}, input = "" } = {},
  ) => {
    const name = nameOn(host);
    const run = await runLocalBuild({
      args: [`${path}/app`, "-t", name, ...args],
      env,
      input,
    });
    assertEquals(run.code, 0, run.stdout + run.stderr);
    assertEquals(await stage.guarded.tags(name.slice(host.length + 1)), [
      "latest",
    ]);
    assertEquals(run.stdout.includes(TOKEN), false);
  };

  await t.step(
    "in the docker CLI's configuration",
    () => push([], { env: { DOCKER_CONFIG: `${path}/docker` } }),
  );

  await t.step(
    "in the environment",
    () => push(["--username=$token"], { env: { REGISTRY_PASSWORD: TOKEN } }),
  );

  await t.step(
    "on the standard input",
    () =>
      push(["--username=$token", "--password-stdin"], { input: `${TOKEN}\n` }),
  );
});

Deno.test("a repository is cloned over ssh with the key that was named", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  await using server = await SshServer.start({
    directory: await directory.directory("sshd"),
  });
  const repository = await GitRepository.create(`${directory.path}/project`);
  await repository.commit({ "Dockerfile": "FROM scratch\nCOPY . /\n" });
  const args = [server.url(`${directory.path}/project/.git`), "-t"];

  const refused = await runLocalBuild({
    args: [...args, nameOn(stage.open.host)],
  });
  assertEquals(refused.code, 4);
  assertStringIncludes(refused.stdout, "(git_failure)");
  const key = `--ssh-key=${directory.path}/sshd/user_key`;
  const { code, stdout } = await runLocalBuild({
    args: [...args, nameOn(stage.open.host), key],
  });
  assertEquals(code, 0, stdout);
});

Deno.test("the cache is primed from the tag that was named", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  await writeFiles(directory.path, {
    "Dockerfile": `FROM ${stage.base}\nRUN date +%N > /now\n`,
  });
  const before = await stage.traces();
  const args = [directory.path, "-t", `${nameOn(stage.open.host)}:v1`];
  const first = await runLocalBuild({ args });
  assertEquals(first.code, 0, first.stdout);
  const second = await runLocalBuild({ args: [...args, "--cache-tag=v1"] });
  assertEquals(second.code, 0, second.stdout);
  assertStringIncludes(second.stdout, "\n── priming-cache ──\n");
  assertStringIncludes(second.stdout, " ---> Using cache\n");
  assertEquals(digestOf(second.stdout), digestOf(first.stdout));
  assertEquals(await stage.traces(), before);
});

Deno.test("a cache tag that is not there is told, and the build goes on", async () => {
  await using stage = await Stage.set();
  const { code, stdout } = await runLocalBuild({
    args: ["-", "-t", nameOn(stage.open.host), "--cache-tag=nowhere"],
    input: `FROM ${stage.base}\n`,
  });
  assertEquals(code, 0, stdout);
  const [, priming = ""] = stdout.split("\n── priming-cache ──\n");
  assertMatch(
    priming,
    /^Cannot pull cache image ".*:nowhere".*Building without a cache\n── building/m,
  );
});

function digestOf(output: string): string | undefined {
  return /^ {2}digest {2}(.*)$/m.exec(output)?.[1];
}

Deno.test("a compiled program, which may read no files, builds what is piped in", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const files = { "Dockerfile": `FROM ${stage.base}\nRUN echo piped\n` };
  await writeFiles(directory.path, files);
  const target = ["-t", nameOn(stage.open.host)];
  const permissions = compiledPermissions({ socket: SOCKET });
  const { code, stdout } = await runLocalBuild({
    args: ["-", ...target],
    input: await pack(files, "tar"),
    permissions,
  });
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "\npiped\n");
  const refused = await runLocalBuild({
    // Deno's temporary directory is one that a worker may read.
    args: ["/etc", ...target],
    permissions,
  });
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "tar -c . | quay-builder build - -t");
});

/** Prints all there is to know of what a build was sent, but its top's time. */
const LISTING = [
  "cd /srv && find . -mindepth 1 | sort | while read -r file; do",
  `echo "file $(stat -c '%n %F %a %u %g %s %Y' "$file") $(readlink "$file")";`,
  `[ ! -f "$file" ] || echo "sum $(md5sum "$file")"; done`,
].join(" ");

Deno.test("a directory is sent as the docker CLI sends it", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await writeFiles(path, {
    "Dockerfile": `FROM ${stage.base}\nCOPY . /srv\nRUN ${LISTING}\n`,
    ".dockerignore": "# rules\n**/*.log\n!keep.log\nnode_modules\n!**/kept\n",
    "a.log": "ignored",
    "keep.log": "kept",
    "deep/er/b.log": "ignored",
    "node_modules/x/kept": "kept in an ignored directory",
    "node_modules/x/left": "ignored",
    "ünï cödé": "a name that is not ASCII",
    "run.sh": "#!/bin/sh\n",
  });
  await Deno.chmod(`${path}/run.sh`, 0o4755);
  await Deno.symlink("../outside", `${path}/deep/link`);
  await Deno.link(`${path}/keep.log`, `${path}/same.log.txt`);
  await Deno.mkdir(`${path}/empty`, { mode: 0o700 });

  const ours = await runLocalBuild({
    args: [path, "-t", nameOn(stage.open.host)],
  });
  assertEquals(ours.code, 0, ours.stdout);
  const name = "local/compared";
  const { stdout } = await new Deno.Command("docker", {
    args: ["build", "--no-cache", "-t", name, path],
    env: { DOCKER_HOST, DOCKER_BUILDKIT: "0", DOCKER_CONFIG: `${path}/empty` },
  }).output();
  const theirs = new TextDecoder().decode(stdout);
  await removeImage(stage.engine, name, { force: true });
  await removeImage(stage.engine, stage.base, { force: true });
  const listing = (output: string) =>
    output.split("\n").filter((line) => /^(?:file|sum) /.test(line));
  assert(listing(theirs).length > 10, theirs);
  assertEquals(listing(ours.stdout), listing(theirs));
});

Deno.test("what is piped in may take longer than a server that is downloaded from", async () => {
  await using stage = await Stage.set();
  const text = new TextEncoder().encode(`FROM ${stage.base}\n`);
  const slow = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      await delay(1_500);
      controller.enqueue(text);
      controller.close();
    },
  }, { highWaterMark: 0 });
  const { code, stdout } = await runLocalBuild({
    args: ["-", "-t", nameOn(stage.open.host)],
    env: { DOWNLOAD_IDLE_TIMEOUT: "1s" },
    input: slow,
  });
  assertEquals(code, 0, stdout);
});

Deno.test("a build whose output nobody takes is cancelled, and says so", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  const { code, stderr } = await runLocalBuild({
    args: ["-", "-t", nameOn(stage.open.host)],
    input: `FROM ${stage.base}\nRUN sleep 30\n`,
    isRead: false,
  });
  assertEquals(code, 3);
  assertEquals(stderr, "The build was cancelled: nobody takes its output\n");
  assertEquals(await stage.traces(), before);
});

Deno.test("an engine's disk without room is told as such, and the floor is an option", async () => {
  await using stage = await Stage.set();
  const args = ["-", "-t", nameOn(stage.open.host), "--disk-size=2GiB"];
  const input = `FROM ${stage.base}\n`;
  const full = await runLocalBuild({
    args: [...args, "--disk-floor=2GiB"],
    input,
  });
  assertEquals(full.code, 4);
  assertMatch(full.stdout, /failed after .* \(disk_full\)\n.*less free space/);
  const dared = await runLocalBuild({
    args: [...args, "--disk-floor=0"],
    input,
  });
  assertEquals(dared.code, 0, dared.stdout);
});

Deno.test("a Dockerfile that shall be read from the standard input is refused with what to do", async () => {
  const { code, stderr } = await runLocalBuild({
    args: ["/etc", "-f", "-", "-t", "registry.invalid/a/b"],
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "from the standard input: pipe all files in");
  assertStringIncludes(stderr, 'Run "quay-builder build --help"');
});
