/**
 * What the build log costs: a build of 4,000 lines with the manager near and
 * far, against one call a line; and one of 1,000,000 lines with the manager
 * near, against the engine alone and against decoding messages alone.
 */
import { DOCKER_HOST } from "../tests/support/worker_process.ts";
import { parseEngineAddress } from "../lib/engine/address.ts";
import { buildImage } from "../lib/engine/build.ts";
import { EngineClient } from "../lib/engine/client.ts";
import { removeImage } from "../lib/engine/remove_image.ts";
import { pack } from "../tests/support/archive.ts";
import { BaseImage } from "../tests/support/base_image.ts";
import { BuildLog } from "../lib/build/log/build_log.ts";
import type { BuildMessage } from "../lib/build/log/message.ts";
import { MessageDecoder } from "../lib/engine/message.ts";
import type { BuildReporter } from "../lib/manager/manager.ts";
import { Redactor } from "../lib/secret/redactor.ts";
import { Secret } from "../lib/secret/secret.ts";
import { engineOutput } from "./_engine_output.ts";
import { bestOf, printTable, timed } from "./_table.ts";

const REDACTOR = new Redactor([
  new Secret("4Zq0vV7mJ2cXwT9uKp1LhR6sEa3NyD8bGf5iQoMx"),
  new Secret("rT7yU2iO9pA4sD1fG6hJ3kL8zX5cV0bN2mQwEeRt"),
]);

/** Calls that are made one by one; more would take minutes. */
const SAMPLE = 20;

/** The far end of the log, `latency` milliseconds away. */
class Manager {
  calls = 0;
  readonly #latency: number;

  constructor(latency: number) {
    this.#latency = latency;
  }

  readonly send: BuildReporter["log"] = async (phase, entry) => {
    this.calls++;
    // Text is encoded twice on its way: as a log entry and as a WAMP message.
    const kwargs = { phase, json_data: JSON.stringify(entry) };
    JSON.stringify([48, this.calls, {}, "procedure", [], kwargs]);
    if (this.#latency > 0) await sleep(this.#latency);
    return true;
  };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function decode(
  chunks: readonly Uint8Array[],
  onMessage: (message: BuildMessage) => Promise<void> | undefined,
): Promise<void> {
  const decoder = new MessageDecoder({ action: "measure the log" });
  for (const chunk of chunks) {
    for (const message of decoder.push(chunk)) {
      const wait = onMessage(message);
      if (wait !== undefined) await wait;
    }
    // As between two chunks that come from a socket.
    await Promise.resolve();
  }
}

async function logTo(
  manager: Manager,
  chunks: readonly Uint8Array[],
): Promise<void> {
  await using log = new BuildLog({ send: manager.send, redactor: REDACTOR });
  await log.beginPhase("building");
  await decode(chunks, (message) => log.write(message));
  await log.flush();
}

async function measureDistance(latency: number) {
  const lines = 4_000;
  const manager = new Manager(latency);
  const merged = await timed(() => logTo(manager, engineOutput(lines)));
  const single = await timed(async () => {
    for (let call = 0; call < SAMPLE; call++) {
      const entry = { stream: "a line of the build's output\n" };
      await manager.send("building", entry, new AbortController().signal);
    }
  }) * lines / SAMPLE;
  return {
    "round trip": `${latency} ms`,
    "calls": `${manager.calls - SAMPLE}`,
    "added": `${(merged / 1000).toFixed(2)} s`,
    "one call a line": `${(single / 1000).toFixed(2)} s`,
    "ratio": `1 : ${(single / merged).toFixed(0)}`,
  };
}

/** Rows that compare a time with the first of all. */
function compared(times: Readonly<Record<string, number>>) {
  const [first = 0] = Object.values(times);
  return Object.entries(times).map(([what, time]) => ({
    "1,000,000 lines": what,
    "time": `${(time / 1000).toFixed(2)} s`,
    "ratio": (time / first).toFixed(2),
  }));
}

async function measureDecoding() {
  const chunks = engineOutput(1_000_000);
  const [decoded = 0, logged = 0] = await bestOf(3, [
    () => decode(chunks, () => undefined),
    () => logTo(new Manager(0), chunks),
  ]);
  return compared({ "decoded": decoded, "decoded and logged": logged });
}

/** The real engine, with a command that does nothing but write lines. */
async function measureEngine() {
  await using engine = new EngineClient(
    parseEngineAddress(DOCKER_HOST),
  );
  await using base = await BaseImage.make(engine);
  const build = async (
    onMessage: (message: BuildMessage) => Promise<void> | undefined,
  ) => {
    const run = `RUN : ${crypto.randomUUID()}; seq 1000000`;
    const Dockerfile = `FROM ${base.name}\n${run}\n`;
    const context = new Blob([await pack({ Dockerfile }, "tar")]).stream();
    const options = { networkMode: "none", onMessage };
    const { imageId } = await buildImage(engine, context, options);
    await removeImage(engine, imageId, { force: true });
  };
  const [alone = 0, logged = 0] = await bestOf(3, [
    () => build(() => undefined),
    async () => {
      const { send } = new Manager(0);
      await using log = new BuildLog({ send, redactor: REDACTOR });
      await build((message) => log.write(message));
      await log.flush();
    },
  ]);
  return compared({ "the engine alone": alone, "with its log": logged });
}

/** Prints the tables. */
export async function main(): Promise<void> {
  const rows = [];
  for (const latency of [0, 10, 50, 200]) {
    rows.push(await measureDistance(latency));
  }
  printTable("A log of 4,000 lines (budget: 2 s at 50 ms)", rows);
  printTable("A log to a manager nearby (budget: 1.1)", await measureEngine());
  printTable("The same without an engine", await measureDecoding());
}

if (import.meta.main) await main();
