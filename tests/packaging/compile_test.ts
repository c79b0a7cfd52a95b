import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { compiledPermissions } from "../../lib/config/permissions.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What `deno compile` needs; a copy keeps the checkout's `bin` as it is. */
const PROJECT = ["deno.json", "deno.lock", ".deno-version", "main.ts", "lib"];

async function run(program: string, options: Deno.CommandOptions) {
  const { code, stdout, stderr } = await new Deno.Command(program, options)
    .output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), log: decoder.decode(stderr) };
}

async function copyProject(directory: string): Promise<void> {
  const { code, log } = await run("cp", {
    args: ["-R", "--parents", ...PROJECT, "deploy/build", directory],
    cwd: ROOT,
  });
  assertEquals(code, 0, log);
}

/** Deno's cache as it is, but without a base binary. */
async function cacheWithoutBase(directory: string): Promise<string> {
  const { stdout } = await run(Deno.execPath(), { args: ["info", "--json"] });
  const { denoDir } = JSON.parse(stdout) as { denoDir: string };
  await Deno.mkdir(`${directory}/dl`);
  const entries = [
    ...await Array.fromAsync(Deno.readDir(denoDir)),
    // Base binaries are kept there by their version, beside the bundler.
    ...(await Array.fromAsync(Deno.readDir(`${denoDir}/dl`)))
      .map(({ name }) => ({ name: `dl/${name}` })),
  ];
  for (const { name } of entries) {
    if (name === "dl" || name.startsWith("dl/release")) continue;
    await Deno.symlink(`${denoDir}/${name}`, `${directory}/${name}`);
  }
  return directory;
}

/** What a compiled program may do and not, as Deno (2.9) keeps it in there. */
function permissionsIn(program: string): Record<string, unknown> {
  const [, json = ""] = /"permissions":(\{.*?\})/.exec(program) ?? [];
  const permissions = JSON.parse(json) as Record<string, unknown>;
  // By default, code may be imported from some hosts; that it is denied counts.
  delete permissions["allow_import"];
  return Object.fromEntries(
    Object.entries(permissions).filter(([, value]) => value !== null),
  );
}

Deno.test("compiling puts the worker, its permissions and its commit behind the base binary", async () => {
  await using project = await TemporaryDirectory.create();
  await copyProject(project.path);
  // Any program stands in for Deno's own here: the result is not run.
  const { code, log } = await run("deploy/build/compile.sh", {
    cwd: project.path,
    env: {
      DENO: Deno.execPath(),
      DENORT_BIN: "/bin/true",
      COMMIT: "c0ffee0123",
    },
  });
  assertEquals(code, 0, log);
  const compiled = await Deno.readFile(`${project.path}/bin/quay-builder`);
  const text = new TextDecoder("latin1").decode(compiled);
  assertEquals(permissionsIn(text), {
    ...Object.fromEntries(
      compiledPermissions().map((flag) => {
        const [, name = "", values] = /^--([^=]*)(?:=(.*))?$/.exec(flag) ?? [];
        return [name.replaceAll("-", "_"), values?.split(",") ?? []];
      }),
    ),
    deny_import: [],
    prompt: false,
  });
  assertMatch(text, /"v8_flags":\[[^\]]*"--max-semi-space-size=4"\]/);
  assertStringIncludes(text, 'COMMIT = "c0ffee0123"');
});

Deno.test("where the base binary is out of reach, both ways out are named", async () => {
  await using project = await TemporaryDirectory.create();
  await copyProject(project.path);
  await using cache = await TemporaryDirectory.create();
  const nowhere = "http://127.0.0.1:9";
  const { code, log } = await run("deploy/build/compile.sh", {
    cwd: project.path,
    env: {
      DENO: Deno.execPath(),
      DENO_DIR: await cacheWithoutBase(cache.path),
      DENORT_BIN: "",
      HTTPS_PROXY: nowhere,
      https_proxy: nowhere,
    },
  });
  assertEquals(code, 1);
  assertStringIncludes(log, "make build DENORT_BIN=");
  assertStringIncludes(log, "make bundle");
  assertEquals(
    await Array.fromAsync(Deno.readDir(`${project.path}/bin`)),
    [],
  );
});
