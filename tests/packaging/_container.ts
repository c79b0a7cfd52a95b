import type { WorkerExit } from "../support/worker_process.ts";
import { SOCKET } from "../support/worker_process.ts";
import { Program } from "./_program.ts";

/** The command line of the engine. */
export const DOCKER = Deno.env.get("DOCKER") ?? "docker";

/** How a {@linkcode Container} is started. */
export interface ContainerOptions {
  readonly image: string;
  /** Variables of the worker. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether it has the engine's socket. Default: yes. */
  readonly socket?: boolean;
  /** Arguments of `docker run`, beside those that all share. */
  readonly options?: readonly string[];
  /** Arguments of the container's entry point. */
  readonly args?: readonly string[];
}

/**
 * A worker in a container, with the engine's socket where the README mounts
 * it, on this machine's network, where the servers of the tests are.
 */
export class Container implements AsyncDisposable {
  readonly #name = `quay-builder-verify-${crypto.randomUUID().slice(0, 8)}`;
  readonly #program: Program;

  constructor(
    { image, env, socket = true, options = [], args = [] }: ContainerOptions,
  ) {
    const variables = Object.entries(env).flatMap(([name, value]) => [
      "--env",
      `${name}=${value}`,
    ]);
    this.#program = new Program(DOCKER, {
      args: [
        ..."run --rm --network host".split(" "),
        ...(socket ? ["--volume", `${SOCKET}:/var/run/docker.sock`] : []),
        ...["--name", this.#name],
        ...variables,
        ...options,
        image,
        ...args,
      ],
      env: {
        PATH: Deno.env.get("PATH") ?? "",
        DOCKER_HOST: `unix://${SOCKET}`,
      },
    });
  }

  /** What the worker has said so far. */
  get log(): string {
    return this.#program.log;
  }

  /** Stops it as an operator does: a signal, and time to follow it. */
  async stop(): Promise<WorkerExit> {
    await docker("stop", "--time", "60", this.#name);
    return await this.#program.exited();
  }

  /** Waits for it to end by itself. */
  exited(): Promise<WorkerExit> {
    return this.#program.exited();
  }

  /** Its processes, each as user, group, PID, state and program. */
  async processes(): Promise<string[]> {
    const list = await docker(
      "top",
      this.#name,
      "-eo",
      "uid,gid,pid,stat,comm",
    );
    return list.trim().split("\n").slice(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker("rm", "--force", "--volumes", this.#name).catch(() => {});
    await this.#program[Symbol.asyncDispose]();
  }
}

/** Runs a command of the engine's command line; gives its standard output. */
export async function docker(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(DOCKER, {
    args,
    env: { DOCKER_HOST: `unix://${SOCKET}` },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout);
}
