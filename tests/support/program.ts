import { fileURLToPath } from "node:url";
import { packagePermissions } from "../../lib/config/permissions.ts";
import { SOCKET } from "./worker_process.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** A launcher under which file modes count: root heeds none otherwise. */
export const AS_NOBODY_SPECIAL: readonly string[] = Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
  : [];

/** How {@linkcode runProgram} starts the program. */
export interface RunProgramOptions {
  /** Its environment, besides what Deno itself needs. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Deno's flags. Default: those for builds of packages alone. */
  readonly permissions?: readonly string[];
  /** Path of another program of this project. Default: the real one. */
  readonly module?: string;
  /** A command that starts it: a program and its options. Default: none. */
  readonly launcher?: readonly string[];
  /** Columns of the terminal that it is run in. Default: no terminal. */
  readonly terminal?: number;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  /** In a terminal, this is part of `stdout`. */
  readonly stderr: string;
}

/** Runs the real program to its end, in a pseudo-terminal or in none. */
export async function runProgram(
  args: readonly string[],
  { env = {}, launcher = [], module = MAIN, ...options }: RunProgramOptions =
    {},
): Promise<ProgramEnd> {
  const { permissions, terminal } = options;
  const command = [
    ...launcher,
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--frozen"],
    ...permissions ?? packagePermissions({ socket: SOCKET }),
    ...[module, ...args],
  ];
  return terminal === undefined
    ? await run(command, env)
    : await run(inTerminal(command, terminal), { TERM: "xterm", ...env });
}

/** Runs a command; util-linux's script(1) is what makes the terminal. */
function inTerminal(command: readonly string[], columns: number): string[] {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const line = `stty cols ${columns} rows 24; exec ${quoted.join(" ")}`;
  return ["script", "--quiet", "--return", "--command", line, "/dev/null"];
}

async function run(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  const { DENO_DIR, HOME, PATH } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    clearEnv: true,
    env: {
      ...(DENO_DIR !== undefined && { DENO_DIR }),
      ...(HOME !== undefined && { HOME }),
      ...(PATH !== undefined && { PATH }),
      ...env,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
