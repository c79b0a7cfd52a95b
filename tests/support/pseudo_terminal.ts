import xterm from "@xterm/headless";

/** Options of {@linkcode PseudoTerminal}. */
export interface PseudoTerminalOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Default 100. */
  readonly columns?: number;
  /** Default 30. */
  readonly rows?: number;
}

/** Lines that the terminal keeps, besides its screen. */
const SCROLLBACK = 10_000;

/**
 * A program in a pseudo-terminal (script(1)), on a real terminal emulator.
 * Disposing ends it.
 */
export class PseudoTerminal implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #emulator: InstanceType<typeof xterm.Terminal>;
  readonly #output: Promise<void>;
  readonly #changes = new EventTarget();
  #written = "";
  #isOver = false;

  constructor(
    { command, env, cwd, columns = 100, rows = 30 }: PseudoTerminalOptions,
  ) {
    this.#emulator = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
    });
    const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    // The terminal's name is its first line, and not shown to tests.
    const line = `stty cols ${columns} rows ${rows} && tty && exec ${
      words.join(" ")
    }`;
    this.#process = new Deno.Command("script", {
      args: ["--quiet", "--return", "--flush", "--command", line, "/dev/null"],
      clearEnv: true,
      env: { TERM: "xterm-256color", ...env },
      ...(cwd !== undefined && { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#output = this.#read();
  }

  /** Everything that was written to the terminal. */
  get written(): string {
    return this.#written;
  }

  /** What the terminal shows now, without what has scrolled away. */
  get screen(): string[] {
    const { buffer, rows } = this.#emulator;
    return this.#lines(Math.max(1, buffer.active.baseY), rows);
  }

  /** The same, and all that has scrolled away. */
  get history(): string[] {
    return this.#lines(1, this.#emulator.buffer.active.length - 1);
  }

  /** Whether the cursor is to be seen. */
  get hasCursor(): boolean {
    // deno-lint-ignore no-control-regex
    const last = this.#written.match(/\x1b\[\?25[hl]/g)?.at(-1);
    return last !== "\x1b[?25l";
  }

  /** Waits until what is on the screen satisfies a condition. */
  async until(condition: (terminal: this) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise((resolve) =>
        this.#changes.addEventListener("change", resolve, { once: true })
      );
      if (this.#isOver && !condition(this)) {
        throw new Error(`The program ended:\n${this.history.join("\n")}`);
      }
    }
  }

  /** Types on its keyboard; `\x03` is Ctrl-C. */
  async type(keys: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(keys));
  }

  /** Makes it another size, as a person who drags its window does. */
  async resize(columns: number, rows: number): Promise<void> {
    const [name = ""] = this.#lines(0, 1);
    this.#emulator.resize(columns, rows);
    await new Deno.Command("stty", {
      args: ["-F", name, "cols", String(columns), "rows", String(rows)],
    }).output();
  }

  /** Waits for the program to end by itself; gives its exit code. */
  async exited(): Promise<number> {
    await this.#output;
    const { code } = await this.#process.status;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.exited();
    this.#emulator.dispose();
  }

  #lines(from: number, count: number): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from(
      { length: count },
      (_, row) => active.getLine(from + row)?.translateToString(true) ?? "",
    );
  }

  async #read(): Promise<void> {
    const text = this.#process.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      this.#written += part;
      await new Promise<void>((resolve) => this.#emulator.write(part, resolve));
      this.#changes.dispatchEvent(new Event("change"));
    }
    this.#isOver = true;
    this.#changes.dispatchEvent(new Event("change"));
  }
}
