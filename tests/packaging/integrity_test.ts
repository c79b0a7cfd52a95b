import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeBase64 } from "@std/encoding";
import { fileURLToPath } from "node:url";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A registry of npm that gives the same package under every name. */
class ReplacingRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Subresource Integrity of the package. */
  readonly integrity: string;

  private constructor(tarball: Uint8Array<ArrayBuffer>, hash: ArrayBuffer) {
    this.integrity = `sha512-${encodeBase64(hash)}`;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const path = decodeURIComponent(new URL(request.url).pathname);
        return path.endsWith(".tgz")
          ? new Response(tarball)
          : Response.json(this.#describe(path.slice(1)));
      },
    );
  }

  static async start(): Promise<ReplacingRegistry> {
    await using directory = await TemporaryDirectory.create();
    const files = await directory.directory("package");
    const manifest = JSON.stringify({ name: "replaced", version: "0.0.0" });
    await Deno.writeTextFile(`${files}/package.json`, manifest);
    await Deno.writeTextFile(`${files}/deno`, "#!/bin/sh\n");
    const { stdout: tarball } = await new Deno.Command("tar", {
      args: ["-czf", "-", "-C", directory.path, "package"],
    }).output();
    const hash = await crypto.subtle.digest("SHA-512", tarball);
    return new ReplacingRegistry(tarball, hash);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** All versions that the project's lock files could ask for. */
  #describe(name: string) {
    const versions = LOCKED.filter((locked) => locked.name === name)
      .map(({ version }) => version);
    const file = name.split("/").at(-1);
    const entry = (version: string) => ({
      name,
      version,
      dist: {
        tarball: `${this.url}${name}/-/${file}-${version}.tgz`,
        integrity: this.integrity,
      },
    });
    return {
      name,
      "dist-tags": { latest: versions[0] },
      versions: Object.fromEntries(versions.map((v) => [v, entry(v)])),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

const DENO_LOCK = await Deno.readTextFile(`${ROOT}deno.lock`);
const NPM = `${ROOT}deploy/dev/deno`;
const NPM_LOCK = await Deno.readTextFile(`${NPM}/package-lock.json`);

/** Every package and version of both lock files. */
const LOCKED = [
  ...Object.keys(JSON.parse(DENO_LOCK).npm),
  ...Object.entries<{ version?: string }>(JSON.parse(NPM_LOCK).packages).map(
    ([path, { version }]) => `${path.replace("node_modules/", "")}@${version}`,
  ),
].map((key) => {
  const [, name = "", version = ""] = /^(.[^@]*)@([^_]*)/.exec(key) ?? [];
  return { name, version };
});

const HASH = /(?<="integrity": ")[^"]*/g;

/** A lock file where all hashes but the first `keep` are `integrity`. */
function replaceHashes(lock: string, integrity: string, keep = 0): string {
  let count = 0;
  return lock.replace(HASH, (own) => count++ < keep ? own : integrity);
}

async function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<{ success: boolean; output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    ...options,
    args: [...args],
    env: { ...options.env, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("a package that was replaced in npm's registry is not installed", async () => {
  await using registry = await ReplacingRegistry.start();
  await using directory = await TemporaryDirectory.create();
  const install = async (name: string, lock: string) => {
    const cwd = await directory.directory(name);
    await Deno.copyFile(`${ROOT}deno.json`, `${cwd}/deno.json`);
    await Deno.writeTextFile(`${cwd}/deno.lock`, lock);
    return await run(Deno.execPath(), ["install", "--frozen"], {
      cwd,
      env: { DENO_DIR: `${cwd}/cache`, NPM_CONFIG_REGISTRY: registry.url },
    });
  };
  const { integrity } = registry;
  const all = await install("all", replaceHashes(DENO_LOCK, integrity));
  assert(all.success, all.output);
  for (const keep of [1, Infinity]) {
    const lock = replaceHashes(DENO_LOCK, integrity, keep);
    const { success, output } = await install(`keep-${keep}`, lock);
    assertEquals(success, false, output);
    assertMatch(output, /integrity|checksum/i);
  }
});

Deno.test("a Deno that was replaced in npm's registry is not installed", async () => {
  await using registry = await ReplacingRegistry.start();
  await using directory = await TemporaryDirectory.create();
  const [path = ""] = Object.keys(JSON.parse(NPM_LOCK).packages)
    .filter((path) => path !== "");
  const install = async (name: string, lock: string) => {
    const cwd = await directory.directory(name);
    await Deno.copyFile(`${NPM}/package.json`, `${cwd}/package.json`);
    await Deno.writeTextFile(`${cwd}/package-lock.json`, lock);
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd,
      env: {
        NPM_CONFIG_REGISTRY: registry.url,
        NPM_CONFIG_CACHE: `${cwd}/cache`,
      },
    });
    const program = `${cwd}/${path}/deno`;
    return await Deno.stat(program).then(() => true, () => false);
  };
  const replaced = replaceHashes(NPM_LOCK, registry.integrity);
  assertEquals(await install("replaced", replaced), true);
  assertEquals(await install("own", NPM_LOCK), false);
});
