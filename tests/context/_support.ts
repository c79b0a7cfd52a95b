import { toBytes } from "@std/streams";
import { byteStringOf } from "../../lib/context/path.ts";
import type { Selection } from "../../lib/context/source.ts";
import { Spool } from "../../lib/context/spool.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Options of {@linkcode run}. */
export interface RunOptions {
  cwd?: string;
  input?: Uint8Array<ArrayBuffer>;
  env?: Record<string, string>;
}

/** Runs a program and gives its output; it must succeed. */
export async function run(
  [program = "", ...args]: readonly string[],
  { input, ...options }: RunOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const command = new Deno.Command(program, {
    args,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    ...options,
  });
  await using child = command.spawn();
  const written = input === undefined
    ? undefined
    : new Blob([input]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await written?.catch(() => {});
  if (!success) {
    throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  }
  return stdout;
}

/** Runs a script of the shell, as {@linkcode run} does. */
export function shell(
  script: string,
  options: RunOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return run(["bash", "-euc", script], options);
}

/** Packs what a script of the shell makes in an empty directory. */
export async function packMade(
  script: string,
  command = "tar -cf - .",
): Promise<Uint8Array<ArrayBuffer>> {
  await using directory = await TemporaryDirectory.create();
  await shell(script, { cwd: directory.path });
  return await shell(command, { cwd: directory.path });
}

/**
 * A command that packs the current directory with zip, links and all: some
 * releases of zip put links into no pipe (Debian's 3.0-13).
 */
export function zipCommand(flags: string): string {
  return `archive=$(mktemp -u).zip; trap 'rm -f "$archive"' EXIT
    zip ${flags} "$archive" . && cat "$archive"`;
}

/** A spool that holds some bytes. */
export function spoolOf(bytes: Uint8Array<ArrayBuffer>): Promise<Spool> {
  return Spool.from(streamOf(bytes));
}

/** A stream of some bytes, in chunks of a size. */
export function streamOf(
  bytes: Uint8Array<ArrayBuffer>,
  chunkSize = 64 * 1024,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    chunks.push(bytes.slice(at, at + chunkSize));
  }
  return ReadableStream.from(chunks);
}

/** A selection of everything, but for what is given. */
export function select(selection: Partial<Selection> = {}): Selection {
  return {
    root: "",
    extraFiles: [],
    keeps: () => true,
    prunes: () => false,
    ...selection,
  };
}

/** Unpacks a tar stream with GNU tar and describes what it makes. */
export async function unpack(
  archive: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Map<string, string>> {
  await using directory = await TemporaryDirectory.create();
  const { path: cwd } = directory;
  const input = await toBytes(archive);
  const isGzip = input[0] === 0x1f && input[1] === 0x8b;
  const flags = isGzip ? "-xzpf" : "-xpf";
  // A directory's time must not depend on when its files come.
  const options = ["--numeric-owner", "--delay-directory-restore"];
  await run(["tar", flags, "-", ...options], { cwd, input });
  return await describeTree(cwd);
}

/**
 * Describes what is in a directory, by byte string: type, mode, owner, time,
 * size, target, device, content, and the first path of the same file.
 */
export async function describeTree(path: string): Promise<Map<string, string>> {
  const format = "%P\\0%y %m %U:%G %T@ %l\\0%i\\0%n\\0";
  const fields = byteStringOf(
    await run(["find", ".", "-mindepth", "1", "-printf", format], {
      cwd: path,
    }),
  ).split("\0");
  const rows: [path: string, text: string, file: string][] = [];
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [name = "", text = "", inode = "", links = ""] = fields.slice(i);
    rows.push([name, text, links === "1" ? name : inode]);
  }
  rows.sort(([a], [b]) => a < b ? -1 : 1);
  const hashes = await contentsOf(path);
  const first = new Map<string, string>();
  return new Map(rows.map(([name, text, file]) => {
    const hash = hashes.get(name) ?? "";
    if (text.startsWith("d")) return [name, text];
    if (!first.has(file)) first.set(file, name);
    return [name, `${text} ${hash} =${first.get(file)}`];
  }));
}

async function contentsOf(path: string): Promise<Map<string, string>> {
  const command = "find . -type f -exec sha256sum -z {} +";
  const lines = byteStringOf(await run(command.split(" "), { cwd: path }))
    .split("\0").slice(0, -1);
  // A line is 64 digits, two spaces, and the path with "./" in front.
  return new Map(lines.map((line) => [line.slice(68), line.slice(0, 12)]));
}

/** What `tar -tv` says of an archive, line by line. */
export async function listTar(
  archive: Uint8Array<ArrayBuffer>,
): Promise<string[]> {
  const output = await run([
    "tar",
    "-tvf",
    "-",
    "--full-time",
    "--numeric-owner",
    "--quoting-style=escape",
  ], { input: archive, env: { LC_ALL: "C" } });
  return new TextDecoder().decode(output).split("\n").slice(0, -1);
}
