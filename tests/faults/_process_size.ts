/** What a process takes of its machine. */
export interface ProcessSize {
  /** Resident memory in bytes. */
  readonly memory: number;
  /** Open files, sockets among them. */
  readonly files: number;
  /** Running processes that it has started. */
  readonly children: number;
}

/** Measures a process, as proc(5) has it. Linux only. */
export async function measure(pid: number): Promise<ProcessSize> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const files = await Array.fromAsync(Deno.readDir(`/proc/${pid}/fd`));
  const { stdout } = await new Deno.Command("pgrep", {
    args: ["-P", String(pid)],
  }).output();
  return {
    memory: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024,
    files: files.length,
    children: new TextDecoder().decode(stdout).split("\n").length - 1,
  };
}
