import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FOREIGN_VARIABLES } from "../../lib/config/foreign_settings.ts";
import {
  doctorPermissions,
  gitPermissions,
  localBuildPermissions,
} from "../../lib/config/permissions.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { PermittedEngine } from "../support/permitted_engine.ts";
import { runProgram } from "../support/program.ts";
import { TestRegistry } from "../support/registry.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { SOCKET } from "../support/worker_process.ts";
import { type Grant, grantsOf, without } from "./_grants.ts";
import {
  type LocalBuildCall,
  nameOn,
  openLocalBuild,
  runLocalBuild,
} from "./_local_build.ts";
import { Stage } from "./_stage.ts";

function textOf({ flag, item }: Grant): string {
  return item === undefined ? flag : `${flag} ${item}`;
}

Deno.test("without one permission, build says so, or does without what it is for", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  const TMPDIR = await directory.directory("tmp");
  const repository = await GitRepository.create(`${path}/project`);
  await repository.commit({ Dockerfile: "FROM scratch\nCOPY . /\n" });
  await using server = new GitHttpServer({ root: path });
  const git = server.url("project/.git");
  const permissions = localBuildPermissions({
    socket: SOCKET,
    temporaryDirectory: TMPDIR,
  });
  const call = (
    source: string,
    grant: Grant | undefined,
    more: Partial<LocalBuildCall> = {},
  ): LocalBuildCall => ({
    args: [source, "-t", nameOn(stage.open.host), ...more.args ?? []],
    env: { TMPDIR, ...more.env },
    permissions: grant ? without(permissions, grant) : permissions,
  });

  await t.step("with all of them, it builds", async () => {
    for (const source of [git, `${path}/project`]) {
      const { code, stdout, stderr } = await runLocalBuild(
        call(source, undefined),
      );
      assertEquals(code, 0, stdout + stderr);
    }
  });

  /** What is built without a permission, and what is said then. */
  const needed: Readonly<
    Record<string, readonly [source: string, code: number, says: string]>
  > = {
    "--allow-net": [git, 4, "Requires net access"],
    "--allow-run git": [git, 4, "run access to"],
    "--allow-read": [`${path}/project`, 2, "permission to read it"],
    [`--allow-write ${SOCKET}`]: [git, 4, "Requires write access"],
    [`--allow-write ${TMPDIR}`]: [git, 4, "TMPDIR"],
    "--allow-env NODE_V8_COVERAGE": [git, 4, '"NODE_V8_COVERAGE"'],
    "--allow-env DOCKER_CONFIG": [git, 0, '"DOCKER_CONFIG"'],
    "--allow-env HOME": [git, 0, '"HOME"'],
    "--allow-env WS_NO_BUFFER_UTIL": [git, 2, '"WS_NO_BUFFER_UTIL"'],
  };
  for (const [grant, [source, expected, says]] of Object.entries(needed)) {
    await t.step(grant.replace(path, ""), async () => {
      const [flag = "", item] = grant.split(" ");
      const taken = { flag, ...(item !== undefined && { item }) };
      const { code, stdout, stderr } = await runLocalBuild(call(source, taken));
      assertEquals(code, expected, stdout + stderr);
      assertStringIncludes(stdout + stderr, says);
      assertEquals((stdout + stderr).includes("    at "), false);
    });
  }

  await t.step("--allow-env REGISTRY_PASSWORD", async () => {
    const grant = { flag: "--allow-env", item: "REGISTRY_PASSWORD" };
    const { code, stderr } = await runLocalBuild(
      call(git, grant, { args: ["--username=me"] }),
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, '"REGISTRY_PASSWORD"');
  });

  await t.step("--allow-env TERM", async () => {
    const grant = { flag: "--allow-env", item: "TERM" };
    // A terminal that cannot move its cursor is taken for one that can.
    await using terminal = openLocalBuild(
      call(git, grant, { env: { TERM: "dumb" } }),
    );
    assertEquals(await terminal.exited(), 0);
    assert(terminal.written.includes("\x1b["), terminal.written);
  });

  // That the others are needed, the test of a worker's permissions shows.
  const variables = Object.keys(SETTINGS).filter((name) =>
    !FOREIGN_VARIABLES.includes(name)
  );
  await t.step("every variable of a setting", async () => {
    const { code, stderr } = await runLocalBuild({
      ...call(git, undefined),
      permissions: variables
        .map((item) => ({ flag: "--allow-env", item }))
        .reduce<readonly string[]>(without, permissions),
    });
    assertEquals(code, 2);
    for (const name of variables) {
      assertStringIncludes(stderr, `${name}: Requires env access`);
    }
  });

  const worker = grantsOf(gitPermissions({ socket: SOCKET }))
    .filter(({ flag }) => flag === "--allow-env").map(textOf);
  const own = grantsOf(permissions).map(textOf)
    .filter((grant) => !worker.includes(grant));
  assertEquals(
    own.filter((grant) => needed[grant] === undefined),
    ["--allow-env REGISTRY_PASSWORD", "--allow-env TERM"],
  );
});

Deno.test("without one permission, doctor says what it could not look at", async (t) => {
  await using manager = await EmbeddedManager.listen();
  await using registry = await TestRegistry.start();
  await using engine = await PermittedEngine.link();
  const env = { ...engine.env, ENDPOINT: manager.url };
  const doctor = (permissions: readonly string[]) =>
    runProgram(["doctor", "--registry", registry.host], { env, permissions });
  const permissions = doctorPermissions();
  const all = await doctor(permissions);
  assertEquals(all.code, 0, all.stdout);
  assertStringIncludes(all.stdout, " 0 not checked\n");

  const missed: Readonly<Record<string, RegExp>> = {
    "--allow-net": /^- skipped Build Manager: Requires net access/m,
    "--allow-run git": /^- skipped git:.*\n.*--allow-run=git/m,
    "--allow-read": /^✗ WRONG {3}engine:.* Requires read access/m,
    "--allow-write": /^- skipped temporary directory:.*\n.*--allow-write/m,
    "--allow-env": /^- skipped configuration: misspelt.*\n.*--allow-env/m,
    "--allow-sys statfs": /^- skipped temporary.*\n.*--allow-sys=statfs/m,
  };
  assertEquals(grantsOf(permissions).map(textOf), Object.keys(missed));
  for (const grant of grantsOf(permissions)) {
    await t.step(textOf(grant), async () => {
      const { stdout, stderr } = await doctor(without(permissions, grant));
      assert(missed[textOf(grant)]?.test(stdout), stdout);
      assertEquals(stderr, "");
    });
  }
});
