import { eventually } from "../support/eventually.ts";
import type { WorkerProcess } from "../support/worker_process.ts";

/** Where a worker with `LISTEN` says that it listens: `host:port`. */
export function listening(worker: WorkerProcess): Promise<string> {
  return eventually(
    () => /Serving health and metrics address=(\S+)/.exec(worker.log)?.[1],
    { what: "where the worker listens" },
  );
}

/** The status and the text of one of a worker's pages. */
export async function get(
  address: string,
  path: string,
): Promise<[number, string]> {
  const response = await fetch(`http://${address}${path}`);
  return [response.status, await response.text()];
}

/** Waits for a verdict on whether a worker is ready, and for words in it. */
export function verdict(
  address: string,
  [status, words]: readonly [status: number, words: string],
): Promise<true> {
  return eventually(async () => {
    const [is, says] = await get(address, "/readyz");
    return is === status && says.includes(words) ? true : undefined;
  }, { what: `${status} with "${words}" at /readyz` });
}
