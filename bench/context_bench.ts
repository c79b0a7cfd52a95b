/**
 * What it costs to get a context out of a package: time as a ratio to the
 * runtime's own `DecompressionStream` and to `curl -T`, and memory.
 */
import { openBuildContext } from "../lib/context/context.ts";
import { openPackage } from "../lib/context/package.ts";
import { Spool } from "../lib/context/spool.ts";
import { TemporaryDirectory } from "../tests/support/temporary_directory.ts";
import { post } from "./_post.ts";
import { bestOf, printTable } from "./_table.ts";

const ROUNDS = 3;

/** Prints the tables. */
export async function main(): Promise<void> {
  await using directory = await TemporaryDirectory.create();
  const { path: root } = directory;
  await using sink = await Sink.start(`${root}/sink.sock`);

  const project = `${root}/project.tar.gz`;
  await packFiles(root, project, { files: 10_000, bytes: 20_000 });
  await measureRewriting(project);
  await measureUntouched(project, sink.path);

  const many = `${root}/many.tar.gz`;
  await packFiles(root, many, { files: 200_000, bytes: 500 });
  const large = `${root}/large.tar.gz`;
  await packLarge(root, large);
  printTable("Memory resident at most (budget: 200 MiB)", [
    { package: "200,000 files", MiB: await peakOf(many, sink.path) },
    { package: "1 GiB", MiB: await peakOf(large, sink.path) },
  ]);
}

async function measureRewriting(path: string): Promise<void> {
  await using spool = await Spool.from((await Deno.open(path)).readable);
  await using source = await openPackage(spool);
  const { stream } = await openBuildContext(source, { context: "app" });
  const [plain = 1, opened = 1, sent = 1] = await bestOf(ROUNDS, [
    () => drain(spool.stream().pipeThrough(new DecompressionStream("gzip"))),
    () => openBuildContext(source, { context: "app" }),
    () => drain(stream()),
  ]);
  const row = (what: string, time: number) => ({
    "10,000 files, 200 MB": what,
    "ratio of time": (time / plain).toFixed(2),
  });
  printTable("A package re-rooted and filtered (budget: 1.25)", [
    row("DecompressionStream", plain),
    row("looked through", opened),
    row("re-rooted and filtered", sent),
  ]);
}

async function measureUntouched(path: string, socket: string): Promise<void> {
  await using source = await openPackage(
    await Spool.from((await Deno.open(path)).readable),
  );
  const { stream } = await openBuildContext(source, {
    dockerfilePath: "app/Dockerfile",
  });
  const address = ["--unix-socket", socket, "http://localhost/"];
  const [curl = 1, ours = 1] = await bestOf(ROUNDS, [
    () => run(["curl", "-sS", "-T", path, "-X", "POST", ...address]),
    () => post(socket, stream()),
  ]);
  printTable("A package passed on untouched (budget: 0.9 of curl's speed)", [
    { by: "curl -T", "ratio of speed": "1.00" },
    { by: "the worker", "ratio of speed": (curl / ours).toFixed(2) },
  ]);
}

async function peakOf(path: string, socket: string): Promise<string> {
  const script = new URL("./_context_memory.ts", import.meta.url).pathname;
  return (await run(
    [Deno.execPath(), "run", "-A", script, path, "app", socket],
  )).trim();
}

async function drain(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  await stream.pipeTo(new WritableStream());
}

/** Packs an `app` with files that look like sources, and ignore rules. */
async function packFiles(
  root: string,
  archive: string,
  { files, bytes }: { readonly files: number; readonly bytes: number },
): Promise<void> {
  const app = `${root}/app`;
  await run(["mkdir", "-p", app]);
  await Deno.writeTextFile(`${app}/Dockerfile`, "FROM scratch\n");
  await Deno.writeTextFile(`${app}/.dockerignore`, "**/*7.c\n*.md\n");
  const script = `BEGIN { srand(1); for (i = 0; i < ${files}; i++) {
    if (i % 500 == 0) { d = "${app}/d" i; system("mkdir " d) }
    f = d "/file" i ".c"; for (n = 0; n < ${bytes}; n += 20)
      printf "int v%d = %d; // x\\n", n, rand() * 99999 > f
    close(f) } }`;
  await run(["awk", script]);
  await run(["tar", "-C", root, "-czf", archive, "app"]);
  await Deno.remove(app, { recursive: true });
}

/** Packs an `app` with files that cannot be compressed. */
async function packLarge(root: string, archive: string): Promise<void> {
  const app = `${root}/app`;
  await run(["mkdir", "-p", app]);
  await Deno.writeTextFile(`${app}/Dockerfile`, "FROM scratch\n");
  for (let i = 0; i < 16; i++) {
    const file = await Deno.create(`${app}/random${i}`);
    const source = (await Deno.open("/dev/urandom")).readable;
    let left = 64 * 1024 ** 2;
    await source.pipeThrough(
      new TransformStream({
        transform: (chunk: Uint8Array<ArrayBuffer>, controller) => {
          controller.enqueue(chunk.subarray(0, left));
          left -= chunk.length;
          if (left <= 0) controller.terminate();
        },
      }),
    ).pipeTo(file.writable);
  }
  await run(["tar", "-C", root, "-I", "gzip -1", "-cf", archive, "app"]);
  await Deno.remove(app, { recursive: true });
}

async function run(
  [program = "", ...args]: readonly string[],
): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, {
    args,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot run ${program}`);
  return new TextDecoder().decode(stdout);
}

/** The server of `_sink.ts`. */
class Sink implements AsyncDisposable {
  readonly path: string;
  readonly #process: Deno.ChildProcess;

  private constructor(path: string, process: Deno.ChildProcess) {
    this.path = path;
    this.#process = process;
  }

  static async start(path: string): Promise<Sink> {
    const script = new URL("./_sink.ts", import.meta.url).pathname;
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", script, path],
      stdout: "piped",
    }).spawn();
    const reader = process.stdout.getReader();
    await reader.read();
    reader.releaseLock();
    return new Sink(path, process);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.stdout.cancel();
    await this.#process.status;
  }
}

if (import.meta.main) await main();
