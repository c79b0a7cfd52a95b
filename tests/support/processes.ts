/** A process, as Linux shows it in proc(5). */
export interface ProcessFacts {
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
