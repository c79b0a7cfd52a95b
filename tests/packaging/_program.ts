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
  readonly #output: Promise<void>;
  #log = "";

  constructor(path: string, { args = [], env }: ProgramOptions) {
    this.#process = new Deno.Command(path, {
      args: [...args],
      clearEnv: true,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#output = this.#read();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** What it has said so far. */
  get log(): string {
    return this.#log;
  }

  signal(name: Deno.Signal): void {
    this.#process.kill(name);
  }

  /** Waits for it to end by itself. */
  async exited(): Promise<WorkerExit> {
    const { code } = await this.#process.status;
    await this.#output;
    return { code, log: this.#log };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.exited();
  }

  async #read(): Promise<void> {
    const text = this.#process.stderr.pipeThrough(new TextDecoderStream());
    for await (const part of text) this.#log += part;
  }
}
