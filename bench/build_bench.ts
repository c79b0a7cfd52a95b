/**
 * What a small build takes through all its phases by the command `build`, alone
 * and with its start and its clean-up, against `docker pull && docker build && docker
 * push` by the docker command line.
 */
import { parseEngineAddress } from "../lib/engine/address.ts";
import { EngineClient } from "../lib/engine/client.ts";
import { pushImage } from "../lib/engine/push.ts";
import { removeImage } from "../lib/engine/remove_image.ts";
import { BaseImage } from "../tests/support/base_image.ts";
import { TestRegistry } from "../tests/support/registry.ts";
import { TemporaryDirectory } from "../tests/support/temporary_directory.ts";
import { DOCKER_HOST } from "../tests/support/worker_process.ts";
import { printTable, timed } from "./_table.ts";

/** How often each is done; the shortest time of each counts. */
const ROUNDS = 5;

const MAIN = new URL("../main.ts", import.meta.url).href;

/** Prints the table. */
export async function main(): Promise<void> {
  await using engine = new EngineClient(parseEngineAddress(DOCKER_HOST));
  await using registry = await TestRegistry.start();
  await using directory = await TemporaryDirectory.create();
  const base = `${registry.host}/bench/base:latest`;
  {
    await using image = await BaseImage.make(engine, { name: base });
    await pushImage(engine, image.name);
  }
  await Deno.writeTextFile(
    `${directory.path}/Dockerfile`,
    `FROM ${base}\nCOPY . /srv\nRUN cat /srv/now\n`,
  );
  const name = `${registry.host}/bench/image:latest`;
  const build = { base, name, path: directory.path };
  // Nothing of the round before can be taken from a cache.
  const renew = () =>
    Deno.writeTextFile(`${directory.path}/now`, crypto.randomUUID());
  const best = { docker: Infinity, phases: Infinity, command: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    await renew();
    const docker = await timed(() => buildByDocker(build));
    for (const image of [name, base]) {
      await removeImage(engine, image, { force: true });
    }
    await renew();
    let phases = 0;
    const command = await timed(async () => {
      phases = await buildByCommand(build);
    });
    best.docker = Math.min(best.docker, docker);
    best.phases = Math.min(best.phases, phases);
    best.command = Math.min(best.command, command);
  }
  const row = (what: string, time: number) => ({
    "a small build": what,
    "time": `${(time / 1000).toFixed(2)} s`,
    "ratio": (time / best.docker).toFixed(2),
  });
  printTable("A small build, all phases (budget: 1.1)", [
    row("docker pull, build and push", best.docker),
    row("phases of quay-builder build", best.phases),
    row("with its start and its clean-up", best.command),
  ]);
}

interface Build {
  readonly base: string;
  readonly name: string;
  readonly path: string;
}

async function buildByDocker(
  { base, name, path }: Build,
): Promise<void> {
  await run("docker", ["pull", base]);
  await run("docker", ["build", "-t", name, path]);
  await run("docker", ["push", name]);
}

/** Gives what the phases took, in milliseconds. */
async function buildByCommand({ name, path }: Build): Promise<number> {
  const deno = ["run", "--quiet", "-A", MAIN];
  const args = ["build", path, "-t", name, "--json"];
  const output = await run(Deno.execPath(), [...deno, ...args]);
  const result: { phases: { seconds: number }[] } = JSON.parse(
    output.trimEnd().split("\n").at(-1) ?? "",
  );
  return result.phases.reduce((sum, { seconds }) => sum + seconds, 0) * 1_000;
}

async function run(
  program: string,
  args: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    // The classic builder is the one that the worker uses.
    env: { DOCKER_HOST, DOCKER_BUILDKIT: "0" },
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  if (success) return out;
  throw new Error(`${program} ${args.join(" ")} failed:\n${out}\n${err}`);
}

if (import.meta.main) await main();
