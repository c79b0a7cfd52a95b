import { fileURLToPath } from "node:url";
import { packagePermissions } from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { eventually } from "./eventually.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** The engine that the tests build on, as `DOCKER_HOST` names it. */
export const DOCKER_HOST = Deno.env.get("DOCKER_HOST") ??
  SETTINGS.DOCKER_HOST.default;

/** Where {@linkcode DOCKER_HOST} listens, for the worker's permissions. */
export const SOCKET = DOCKER_HOST.replace(/^unix:\/\//, "");

/** How long a worker may take to leave, in milliseconds. */
const PATIENCE = 15_000;

/** How a {@linkcode WorkerProcess} is started. */
export interface WorkerProcessOptions {
  /** The worker's whole environment, besides `DOCKER_HOST`. */
  readonly env: Readonly<Record<string, string>>;
  /** What follows the program's name. Default: nothing. */
  readonly args?: readonly string[];
  /** Deno's flags. Default: those for builds of packages alone. */
  readonly permissions?: readonly string[];
}

/** How a worker ended. */
export interface WorkerExit {
  readonly code: number;
  /** The worker's own log. */
  readonly log: string;
}

/** The real program in a process of its own, with no more than it asks for. */
export class WorkerProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<void>;
  #log = "";

  constructor({ env, args = [], ...options }: WorkerProcessOptions) {
    const permissions = options.permissions ??
      packagePermissions({ socket: SOCKET });
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--frozen", ...RUNTIME_FLAGS],
        ...[...permissions, MAIN, ...args],
      ],
      clearEnv: true,
      // Deno itself has to know where its packages are.
      env: { ...denoEnvironment(), DOCKER_HOST, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = this.#read();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** What the worker has said so far, wherever it said it. */
  get log(): string {
    return this.#log;
  }

  /** Waits until the worker has said something. */
  async said(text: string): Promise<void> {
    await eventually(() => this.#log.includes(text) || undefined, {
      what: `"${text}" in the worker's log`,
    });
  }

  signal(name: Deno.Signal): void {
    this.#process.kill(name);
  }

  /** Waits for the worker to end by itself. */
  async exited(): Promise<WorkerExit> {
    const { code } = await this.#process.status;
    await this.#output;
    return { code, log: this.#log };
  }

  /** Has it cancel its builds and clean up; kills what does not leave then. */
  async [Symbol.asyncDispose](): Promise<void> {
    const kill = (...names: Deno.Signal[]) => {
      try {
        for (const name of names) this.#process.kill(name);
      } catch {
        // It has ended already.
      }
    };
    // Two of the same may arrive as one (signal(7)).
    kill("SIGTERM", "SIGINT");
    const timer = setTimeout(() => kill("SIGKILL"), PATIENCE);
    await this.exited();
    clearTimeout(timer);
  }

  async #read(): Promise<void> {
    const { stdout, stderr } = this.#process;
    await Promise.all([stdout, stderr].map(async (output) => {
      const text = output.pipeThrough(new TextDecoderStream());
      for await (const part of text) this.#log += part;
    }));
  }
}

function denoEnvironment(): Record<string, string> {
  const { DENO_DIR, HOME, PATH } = Deno.env.toObject();
  return {
    ...(DENO_DIR !== undefined && { DENO_DIR }),
    ...(HOME !== undefined && { HOME }),
    ...(PATH !== undefined && { PATH }),
  };
}
