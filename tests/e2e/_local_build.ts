import { toText } from "@std/streams";
import { fileURLToPath } from "node:url";
import { localBuildPermissions } from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";
import { PseudoTerminal } from "../support/pseudo_terminal.ts";
import { DOCKER_HOST, SOCKET } from "../support/worker_process.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** How the command `build` is called. */
export interface LocalBuildCall {
  /** What follows `build`. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Deno's flags. Default: those of the command, for the tests' engine. */
  readonly permissions?: readonly string[];
}

/** What the command did. */
export interface LocalBuildRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the real program without a terminal. */
export async function runLocalBuild(
  { input = "", isRead = true, ...call }: LocalBuildCall & {
    /** What is piped in. */
    readonly input?:
      | string
      | Uint8Array<ArrayBuffer>
      | ReadableStream<Uint8Array<ArrayBuffer>>;
    /** Whether anybody takes what it prints. Default: yes. */
    readonly isRead?: boolean;
  },
): Promise<LocalBuildRun> {
  const [program = "", ...args] = commandOf(call);
  const process = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: environmentOf(call),
    ...(call.cwd !== undefined && { cwd: call.cwd }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // The program need not read what it was not asked to read.
  const content = input instanceof ReadableStream
    ? input
    : new Blob([input]).stream();
  const written = content.pipeTo(process.stdin).catch(() => {});
  if (!isRead) await process.stdout.cancel();
  const [{ code }, stdout, stderr] = await Promise.all([
    process.status,
    isRead ? toText(process.stdout) : "",
    toText(process.stderr),
  ]);
  await written;
  return { code, stdout, stderr };
}

/** Calls the real program on a terminal. */
export function openLocalBuild(
  call: LocalBuildCall & { readonly columns?: number; readonly rows?: number },
): PseudoTerminal {
  return new PseudoTerminal({
    ...call,
    command: commandOf(call),
    env: environmentOf(call),
  });
}

function commandOf({ args, permissions }: LocalBuildCall): string[] {
  const flags = permissions ?? localBuildPermissions({ socket: SOCKET });
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-prompt",
    "--frozen",
    ...RUNTIME_FLAGS,
    ...flags,
    MAIN,
    "build",
    ...args,
  ];
}

function environmentOf({ env }: LocalBuildCall): Record<string, string> {
  const { DENO_DIR, HOME = "", PATH = "" } = Deno.env.toObject();
  return {
    PATH,
    // Deno itself has to know where its packages are, whatever the home is.
    DENO_DIR: DENO_DIR ?? `${HOME}/.cache/deno`,
    HOME: "/nonexistent",
    DOCKER_HOST,
    ...env,
  };
}

/** A name of its own on a registry. */
export function nameOn(host: string): string {
  return `${host}/local/image-${crypto.randomUUID().slice(0, 8)}`;
}

/** Writes files into a directory. */
export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = `${directory}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}
