/**
 * What the process of a worker takes: the time until it is ready, what it needs
 * while it has nothing to do, and its memory after builds of 1,000,000 lines.
 */
import { delay } from "@std/async/delay";
import { EmbeddedManager } from "../lib/manager/embedded/embedded_manager.ts";
import { Stage } from "../tests/e2e/_stage.ts";
import { WorkerProcess } from "../tests/support/worker_process.ts";
import { printTable, timed } from "./_table.ts";

/** How often it is started; the shortest time counts. */
const STARTS = 5;

/** How long it is watched while it is idle, in milliseconds. */
const IDLE = 20_000;

const BUILDS = 3;

/** A line of a compiler's output, 72 characters long. */
const LINE = `[123456] cc -O2 -Wall -c src/part_123456.c -o build/part_123456.o`
  .padEnd(72, "-");

/** Prints the table. */
export async function main(): Promise<void> {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  const env = { ENDPOINT: manager.url, LOG_LEVEL: "info" };
  let start = Infinity;
  for (let round = 0; round < STARTS; round++) {
    const began = performance.now();
    await using worker = new WorkerProcess({ env });
    await worker.said("Ready for builds");
    start = Math.min(start, performance.now() - began);
  }
  await using worker = new WorkerProcess({ env });
  await worker.said("Ready for builds");
  const before = await cpuSeconds(worker.pid);
  const idle = await timed(() => delay(IDLE));
  const share = (await cpuSeconds(worker.pid) - before) / (idle / 1000);
  const idleMemory = await memory(worker.pid, "VmRSS");
  for (let build = 0; build < BUILDS; build++) {
    await buildLines(stage, manager);
  }
  const row = (what: string, measured: string, budget: string) => ({
    "a worker": what,
    measured,
    budget,
  });
  printTable("A worker's process", [
    row("start to ready", `${(start / 1000).toFixed(2)} s`, "0.5 s"),
    row("idle: of a core", `${(share * 100).toFixed(1)} %`, "1 %"),
    row("idle: resident", `${idleMemory} MiB`, "100 MB"),
    row(
      `${BUILDS} builds of 1,000,000 lines: resident at most`,
      `${await memory(worker.pid, "VmHWM")} MiB`,
      "200 MB",
    ),
  ]);
}

async function buildLines(
  stage: Stage,
  manager: EmbeddedManager,
): Promise<void> {
  const run = `RUN : ${crypto.randomUUID()}; yes ${LINE} | head -n 1000000`;
  const Dockerfile = `FROM ${stage.base}\n${run}\n`;
  const report = await manager.build(stage.arguments({
    build_package: await stage.package({ Dockerfile }),
  }));
  if (report.kind !== "success") throw new Error(JSON.stringify(report));
}

/** What Linux says of a process's memory, in MiB (proc(5)). */
async function memory(pid: number, field: string): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

/** Time that a process has used, in seconds (proc(5): 14 and 15, in 1/100). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const [user, system] = stat.split(") ")[1]?.split(" ").slice(11, 13) ?? [];
  return (Number(user) + Number(system)) / 100;
}

if (import.meta.main) await main();
