import type { WorkerExit } from "../support/worker_process.ts";

/** How a {@linkcode Program} is started. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A packaged worker in a process of its own. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<string>;

  constructor(path: string, { args = [], env }: ProgramOptions) {
    this.#process = new Deno.Command(path, {
      args: [...args],
      clearEnv: true,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#output = new Response(this.#process.stderr).text();
  }

  get pid(): number {
    return this.#process.pid;
  }

  signal(name: Deno.Signal): void {
    this.#process.kill(name);
  }

  /** Waits for it to end by itself. */
  async exited(): Promise<WorkerExit> {
    const { code } = await this.#process.status;
    return { code, log: await this.#output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.exited();
  }
}
