import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";

/** A shell in a pseudo-terminal, typed into as by a person. */
export class InteractiveShell implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #screen = "";

  /** @param command a shell and its options: `zsh -f -i` */
  constructor(command: string) {
    this.#process = new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", command, "/dev/null"],
      env: { TERM: "dumb" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** What it has shown since it was last typed at. */
  get screen(): string {
    return this.#screen;
  }

  /** Types, and waits until what was typed has become `expected`. */
  async type(keys: string, expected: string): Promise<void> {
    this.#screen = "";
    await this.#keyboard.write(new TextEncoder().encode(keys));
    await eventually(
      () => this.#screen.includes(expected) ? true : undefined,
      { what: `"${expected}" after "${keys}"` },
    ).catch((cause) => {
      throw new Error(`The screen shows: ${this.#screen}`, { cause });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyboard.close();
    this.#process.kill();
    await this.#process.status;
    await this.#reading;
  }

  async #read(): Promise<void> {
    const text = this.#process.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) this.#screen += part;
  }
}

/** Runs a shell's script, and gives what it prints. */
export async function runShell(
  shell: string,
  script: string,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(shell, {
    args: ["-c", script],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assertEquals([success, decoder.decode(stderr)], [true, ""]);
  return decoder.decode(stdout);
}
