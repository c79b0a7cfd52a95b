import { delay } from "@std/async/delay";

/** A process, as Linux shows it in proc(5). */
export interface ProcessFacts {
  readonly pid: number;
  /** Its arguments, with spaces in between. */
  readonly command: string;
  /** Its environment, with spaces in between. */
  readonly environment: string;
}

/**
 * The running processes whose environment names `text`, such as the directory
 * that they work in.
 */
export async function findProcesses(text: string): Promise<ProcessFacts[]> {
  const found: ProcessFacts[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readProc(`/proc/${name}/environ`);
    if (!environment.includes(text)) continue;
    found.push({
      pid: Number(name),
      environment,
      command: await readProc(`/proc/${name}/cmdline`),
    });
  }
  return found;
}

/** Reads a file of a process; empty when that has ended. */
async function readProc(path: string): Promise<string> {
  try {
    return (await Deno.readTextFile(path)).replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** How long a {@linkcode ProcessWatch} looks away, in milliseconds. */
const WATCH_INTERVAL = 2;

/**
 * Looks again and again at all that a process starts, directly or not, and
 * keeps what was seen of each, also of what is there for milliseconds only.
 */
export class ProcessWatch implements AsyncDisposable {
  readonly #root: string;
  #rootCommand = "";
  /** Whether a process belongs to the watched one. */
  readonly #known = new Map<string, boolean>();
  readonly #commands = new Set<string>();
  readonly #environments = new Set<string>();
  readonly #watching: Promise<void>;
  #isOver = false;

  constructor(pid: number) {
    this.#root = String(pid);
    this.#watching = this.#watch();
  }

  /** The arguments of every process that was seen. */
  get commands(): readonly string[] {
    return [...this.#commands];
  }

  /** The environment of every process that was seen. */
  get environments(): readonly string[] {
    return [...this.#environments];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      this.#look();
      await delay(WATCH_INTERVAL);
    }
  }

  #look(): void {
    // Empty for a moment, until a new process is the program that it is to be.
    this.#rootCommand ||= readProcSync(`/proc/${this.#root}/cmdline`);
    if (this.#rootCommand === "") return;
    const present = new Set<string>();
    for (const { name } of Deno.readDirSync("/proc")) {
      if (/^\d+$/.test(name)) present.add(name);
    }
    for (const pid of this.#known.keys()) {
      if (!present.has(pid)) this.#known.delete(pid);
    }
    for (const pid of present) {
      if (!this.#belongs(pid)) continue;
      const command = readProcSync(`/proc/${pid}/cmdline`);
      // Until it becomes another program, a new process is a copy of its
      // parent, with the environment of that.
      if (command === "" || command === this.#rootCommand) continue;
      this.#commands.add(command);
      this.#environments.add(readProcSync(`/proc/${pid}/environ`));
    }
  }

  #belongs(pid: string): boolean {
    const known = this.#known.get(pid);
    if (known !== undefined) return known;
    const parent = parentOf(pid);
    const belongs = pid !== this.#root && parent !== undefined &&
      (parent === this.#root || this.#belongs(parent));
    this.#known.set(pid, belongs);
    return belongs;
  }
}

/** The parent of a process, as proc_pid_stat(5) has it behind the name. */
function parentOf(pid: string): string | undefined {
  const stat = readProcSync(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")")).split(" ")[2];
}

function readProcSync(path: string): string {
  try {
    return Deno.readTextFileSync(path).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
