import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { pack } from "../support/archive.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { nameOn, runLocalBuild, writeFiles } from "./_local_build.ts";
import { Stage } from "./_stage.ts";

Deno.test("build takes everything that can be built, and pushes it", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const before = await stage.traces();
  const dockerfile = `FROM ${stage.base}\nCOPY . /srv\nRUN ls -A /srv\n`;
  const { path } = directory;
  await writeFiles(path, {
    "app/Dockerfile": dockerfile,
    "app/.dockerignore": "*.secret\n",
    "app/hello.txt": "hello\n",
    "app/not.secret": "",
    "elsewhere/Dockerfile": dockerfile,
    "Dockerfile": `FROM ${stage.base}\nRUN echo alone\n`,
  });
  const archive = await pack({
    "project/Dockerfile": dockerfile,
    "project/hello.txt": "hello\n",
  }, "tar.gz");
  await Deno.writeFile(`${path}/project.tgz`, archive);
  const repository = await GitRepository.create(`${path}/git`);
  await repository.commit({
    "sub/Dockerfile": dockerfile,
    "sub/hello.txt": "hello\n",
  });
  await repository.git("branch", "topic/one");
  await using server = new GitHttpServer({ root: path });
  const packageUrl = stage.packages.add({ body: archive });

  const build = async (
    args: readonly string[],
    input?: Uint8Array<ArrayBuffer>,
  ) => {
    const name = nameOn(stage.open.host);
    const run = await runLocalBuild({
      args: [...args, "-t", `${name}:v1`, "-t", name],
      cwd: path,
      ...(input && { input }),
    });
    assertEquals(run.code, 0, `${run.stdout}\n${run.stderr}`);
    const tags = name.slice(stage.open.host.length + 1);
    assertEquals(await stage.open.tags(tags), ["latest", "v1"]);
    const digest = await stage.open.digest(tags, "v1");
    assertStringIncludes(run.stdout, `  digest  ${name}@${digest}\n`);
    return run.stdout;
  };

  const cases: Readonly<Record<string, readonly string[]>> = {
    "a directory": ["app"],
    "a directory and a Dockerfile from elsewhere": [
      "app",
      "--file=elsewhere/Dockerfile",
    ],
    "a directory of a directory": [".", "--context=app"],
    "an archive": ["project.tgz", "--context=project"],
    "the address of an archive": [packageUrl, "--context=project"],
    "a branch and a directory of a repository": [
      `${server.url("git/.git")}#topic/one:sub`,
    ],
  };
  for (const [what, args] of Object.entries(cases)) {
    await t.step(what, async () => {
      const output = await build(args);
      assertStringIncludes(output, "\nhello.txt\n");
      assertEquals(output.includes("not.secret"), false);
    });
  }

  await t.step(
    "a Dockerfile alone",
    async () => assertStringIncludes(await build(["Dockerfile"]), "\nalone\n"),
  );

  await t.step(
    "an archive on the standard input",
    async () =>
      assertStringIncludes(
        await build(["-", "--context=project"], archive),
        "\nhello.txt\n",
      ),
  );

  await t.step("a Dockerfile on the standard input", async () => {
    const text = await Deno.readFile(`${path}/Dockerfile`);
    assertStringIncludes(await build(["-"], text), "\nalone\n");
  });

  assertEquals(await stage.traces(), before);
});

Deno.test("the phases of a build are told as lines, and as JSON", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  await writeFiles(directory.path, {
    "Dockerfile":
      `FROM ${stage.base}\nRUN printf 'one\\033[2J\\n\\033[31mtwo\\n'\n`,
  });
  const name = nameOn(stage.open.host);
  const call = { args: [directory.path, "-t", name] };

  await t.step("as lines, without a control character", async () => {
    const { code, stdout } = await runLocalBuild(call);
    assertEquals(code, 0);
    const phases = [...stdout.matchAll(/^── (.*) ──$/gm)].map(([, text]) =>
      text
    );
    assertEquals(phases, [
      "unpacking",
      `pulling ${stage.base}:latest`,
      "checking-cache",
      "building",
      "pushing",
    ]);
    assertStringIncludes(stdout, "\none\ntwo\n");
    assertStringIncludes(stdout, ": Pull complete\n");
    assertMatch(stdout, /\n {2}building +\d+\.\d s\n/);
    assertMatch(stdout, /\nBuilt and pushed in \d+\.\d s\n/);
    // deno-lint-ignore no-control-regex
    assertEquals(/[^\P{C}\n]|\x1b/u.test(stdout), false);
  });

  await t.step("as JSON, with a result at the end", async () => {
    const { code, stdout } = await runLocalBuild({
      args: [...call.args, "--json"],
    });
    assertEquals(code, 0);
    const events: Record<string, unknown>[] = stdout.trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assert(events.every(({ time }) => !Number.isNaN(Date.parse(String(time)))));
    const phases = events.filter(({ event }) => event === "phase");
    assertEquals(phases.map(({ phase }) => phase), [
      "unpacking",
      "pulling",
      "checking-cache",
      "building",
      "pushing",
    ]);
    for (const kind of ["packed", "sent"]) {
      const bytes = events.filter(({ event }) => event === kind)
        .reduce((sum, { bytes }) => sum + Number(bytes), 0);
      assert(bytes >= 1024, `${kind}: ${bytes} bytes`);
    }
    const result = events.at(-1);
    assertEquals(result?.["event"], "result");
    assertEquals(result?.["outcome"], "success");
    const repository = name.slice(stage.open.host.length + 1);
    assertEquals(result?.["digests"], [
      `${name}@${await stage.open.digest(repository, "latest")}`,
    ]);
  });
});

Deno.test("a build that fails says why, and leaves nothing behind", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  const before = await stage.traces();
  const fail = async (
    files: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    env = {},
  ) => {
    await writeFiles(path, files);
    const run = await runLocalBuild({
      args: [path, "-t", nameOn(stage.open.host), ...args],
      env,
    });
    assertEquals(await stage.traces(), before);
    return run;
  };

  await t.step("a command that fails, with its output", async () => {
    const { code, stdout } = await fail({
      "Dockerfile": `FROM ${stage.base}\nRUN echo going wrong; exit 7\n`,
    });
    assertEquals(code, 4);
    assertMatch(
      stdout,
      /The build failed in phase building after .*\(build_error\)/,
    );
    assertStringIncludes(stdout, "returned a non-zero code: 7");
    assertStringIncludes(stdout, "Its last output:\n");
    assertMatch(stdout, /Its last output:\n[^]*\ngoing wrong\n/);
  });

  await t.step("the same as JSON", async () => {
    const { code, stdout } = await fail({}, ["--json"]);
    assertEquals(code, 4);
    const events: Record<string, unknown>[] = stdout.trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    const [output, ended, result] = events.slice(-3);
    assertEquals(output?.["event"], "output");
    assertEquals(ended?.["event"], "phase_ended");
    assertEquals(ended?.["phase"], "building");
    assertEquals(ended?.["completed"], false);
    assertEquals(result?.["outcome"], "failure");
    assertEquals(result?.["failure"], "build_error");
    assertStringIncludes(String(result?.["message"]), "going wrong");
  });

  await t.step("a base image that is not there", async () => {
    const { code, stdout } = await fail({
      "Dockerfile": `FROM ${stage.open.host}/not/there\n`,
    });
    assertEquals(code, 4);
    assertStringIncludes(stdout, "(cannot_pull_base_image)");
  });

  await t.step("a registry that wants a login", async () => {
    await writeFiles(path, {
      "Dockerfile": "FROM scratch\nCOPY Dockerfile /\n",
    });
    const { code, stdout } = await runLocalBuild({
      args: [path, "-t", nameOn(stage.guarded.host)],
    });
    assertEquals(code, 4);
    assertStringIncludes(stdout, "(push_issue)");
    assertEquals(await stage.traces(), before);
  });

  await t.step("no engine", async () => {
    const { code, stdout } = await fail({}, [], {
      DOCKER_HOST: `unix://${path}/none.sock`,
    });
    assertEquals(code, 4);
    assertStringIncludes(stdout, "(docker_connect_error)");
    assertStringIncludes(stdout, "start the engine, or set DOCKER_HOST");
  });

  await t.step("a ref that the repository does not have", async () => {
    const repository = await GitRepository.create(`${path}/git`);
    await repository.commit({ "Dockerfile": "FROM scratch\n" });
    await using server = new GitHttpServer({ root: path });
    const { code, stdout } = await runLocalBuild({
      args: [
        `${server.url("git/.git")}#nowhere`,
        "-t",
        nameOn(stage.open.host),
      ],
    });
    assertEquals(code, 4);
    assertStringIncludes(stdout, "(git_checkout)");
    assertStringIncludes(stdout, 'Cannot check out "nowhere"');
  });
});

Deno.test("what cannot be built is refused with what to do", async (t) => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await writeFiles(path, {
    "empty/.keep": "",
    "app/Dockerfile": "FROM scratch\n",
  });
  const target = ["-t", "127.0.0.1:9/local/image"];
  const cases: Readonly<Record<string, readonly [readonly string[], string]>> =
    {
      "no name": [["app"], "docker run -d -p 5000:5000 registry:2"],
      "two repositories": [
        ["app", "-t", "a/b", "-t", "c/d"],
        'Cannot push to both "docker.io/a/b" and "docker.io/c/d"',
      ],
      "a name that is none": [
        ["app", "-t", "Upper/Case"],
        "Cannot read image name",
      ],
      "a path that is not there": [
        ["nowhere", ...target],
        'Cannot build from "nowhere": there is no such file',
      ],
      "no Dockerfile": [
        ["empty", ...target],
        'Cannot find the Dockerfile: there is no file "Dockerfile"',
      ],
      "a Dockerfile that is not there": [
        ["app", "-f", "app/Other", ...target],
        'Cannot find the Dockerfile "app/Other": there is no such file',
      ],
      "a user without a password": [
        ["app", "--username=me", ...target],
        "REGISTRY_PASSWORD",
      ],
      "two things on the standard input": [
        ["-", "--username=me", "--password-stdin", ...target],
        "standard input holds one of the two",
      ],
      "a TMPDIR that is none": [
        ["app", `--tmpdir=${path}/app/Dockerfile`, ...target],
        "--tmpdir: nothing can be written to",
      ],
      "a setting that cannot be used": [
        ["app", "--package-limit=much", ...target],
        '--package-limit: cannot use "much"',
      ],
      "a cache tag that is none": [
        ["app", "--cache-tag=a/b", ...target],
        'Cannot use --cache-tag "a/b": expected a tag alone',
      ],
      "an option that does not exist": [
        ["app", "--usernam=me", ...target],
        "did you mean",
      ],
    };
  for (const [what, [args, message]] of Object.entries(cases)) {
    await t.step(what, async () => {
      const { code, stdout, stderr } = await runLocalBuild({ args, cwd: path });
      assertEquals(code, 2);
      assertEquals(stdout, "");
      assertStringIncludes(stderr, message);
    });
  }
});

Deno.test("build refuses traces of the runtime's own, which would hold secret addresses", async () => {
  const { code, stdout, stderr } = await runLocalBuild({
    args: [".", "-t", "127.0.0.1:9/local/image"],
    env: { OTEL_DENO: "true" },
  });
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "set OTEL_DENO_TRACING=false");
});
