import type { CommandBuilder } from "dax";
import { BuildFailure } from "../../build/failure.ts";
import type { Secret } from "../../secret/secret.ts";
import type { Watchdog } from "../../time/watchdog.ts";
import { CommandOutput } from "./command_output.ts";
import { GitOutput } from "./output.ts";

/** A git command that ran and failed. */
export class GitCommandError extends Error {
  override readonly name = "GitCommandError";
  /** How it ended, as in `git fetch ended with exit status 128`. */
  readonly end: string;
  /** The last lines of what git said, without credentials. */
  readonly output: string;

  constructor(end: string, output: string) {
    super(output === "" ? end : `${end}: ${output}`);
    this.end = end;
    this.output = output;
  }
}

/** Options of a {@linkcode Git}. */
export interface GitOptions {
  /** Where commands run. */
  readonly directory: string;
  /** The whole environment of a command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Git's settings (`core.hooksPath`), stronger than those of any file. */
  readonly config: Readonly<Record<string, string>>;
  /** Ends commands; what they print is a sign of life. */
  readonly watchdog: Watchdog;
  /** Gets every line that git prints, without credentials. */
  readonly onMessage?: ((line: string) => void) | undefined;
  /** Secrets that must not appear in a line. */
  readonly secrets?: readonly Secret[] | undefined;
  /** Takes more secrets out of a line. Default: nothing. */
  readonly redact?: ((text: string) => string) | undefined;
  /** Bytes of the largest file that may be written. Default: no limit. */
  readonly maxFileBytes?: number | undefined;
}

/** Bytes that `ulimit -f` counts in (POSIX). */
const BLOCK_SIZE = 512;

/**
 * Runs git for as long as standard input is open, and adds a NUL and git's
 * exit status to its standard output.
 *
 * Git gets a session, hence a process group, of its own, so that it ends
 * together with all that it started (ssh, git-remote-https, git-lfs). The end
 * of standard input is what ends it, because Deno signals a group only for a
 * worker that may run everything, git loses a signal that arrives while it
 * starts an alias, and no signal is sent by a worker that crashed. The status
 * is in the output because dax 0.49 gives 0 for a process that was killed. A
 * limit on files (`ulimit -f`) is put before it, for all that git starts, too.
 */
const SUPERVISOR = String.raw`
  supervise() {
    umask 022
    trap '' INT
    exec 3<&0
    setsid git "$@" </dev/null 3<&- &
    git=$!
    { read -r _ <&3; kill -KILL -$git $git; } >/dev/null 2>&1 &
    watcher=$!
    wait $git
    printf '\000%d' $?
    kill $watcher 2>/dev/null
  }
  supervise`;

/** Characters of a command's output: the names of some 500,000 files. */
const MAX_OUTPUT = 64 * 1024 ** 2;

/** Runs git commands in one directory, under one set of rules. */
export class Git {
  readonly #options: GitOptions;

  constructor(options: GitOptions) {
    this.#options = options;
  }

  /** Where commands run. */
  get directory(): string {
    return this.#options.directory;
  }

  /** The same in another directory. */
  in(directory: string): Git {
    return new Git({ ...this.#options, directory });
  }

  /** The same with more settings. */
  configured(config: Readonly<Record<string, string>>): Git {
    const options = this.#options;
    return new Git({ ...options, config: { ...options.config, ...config } });
  }

  /** The same where no file that is written may have more bytes. */
  limited(maxFileBytes: number): Git {
    return new Git({ ...this.#options, maxFileBytes });
  }

  /**
   * Runs one command and gives its standard output.
   *
   * @throws {GitCommandError} when git fails, or prints too much
   * @throws the reason of the watchdog's signal when that aborts
   * @throws {BuildFailure} `git_failure` when git cannot be run at all
   */
  async run(...args: readonly string[]): Promise<string> {
    let text = "";
    await this.read(args, (piece) => {
      text += piece;
      if (text.length <= MAX_OUTPUT) return;
      const end = `git ${
        args[0]
      } printed more than the ${MAX_OUTPUT} characters allowed`;
      throw new GitCommandError(end, "");
    });
    return text;
  }

  /**
   * Runs one command and hands over its standard output while it comes. What
   * `take` throws ends git, and is thrown.
   *
   * @throws as {@linkcode run} does
   */
  async read(
    args: readonly string[],
    take: (text: string) => void,
  ): Promise<void> {
    // Only builds from git pay for loading dax, not the start of every worker.
    const dax = await import("dax");
    const { watchdog, onMessage, redact, secrets } = this.#options;
    const { signal } = watchdog;
    signal.throwIfAborted();
    const stderr = new GitOutput({ onMessage, redact, secrets });
    const { promise: released, resolve } = Promise.withResolvers<null>();
    const release = () => resolve(null);
    const stdout = new CommandOutput(take, release);
    const sink = (take: (chunk: Uint8Array) => void) =>
      new WritableStream<Uint8Array>({
        write(chunk) {
          watchdog.touch();
          take(chunk);
        },
      });

    signal.addEventListener("abort", release);
    try {
      await this.#command(dax, args)
        .stdin({ read: () => released })
        .stdout(sink((chunk) => stdout.push(chunk)))
        .stderr(sink((chunk) => stderr.push(chunk)));
    } catch (error) {
      throw isSpawnError(error) ? cannotRun(error) : error;
    } finally {
      signal.removeEventListener("abort", release);
    }
    signal.throwIfAborted();
    stderr.end();
    const status = stdout.end();
    if (status === "0") return;
    const end = status ? `ended with exit status ${status}` : "was killed";
    throw new GitCommandError(`git ${args[0]} ${end}`, stderr.tail);
  }

  #command(dax: typeof import("dax"), args: readonly string[]): CommandBuilder {
    const { directory, environment, config, maxFileBytes } = this.#options;
    const limit = maxFileBytes === undefined
      ? ""
      : `ulimit -f ${Math.ceil(maxFileBytes / BLOCK_SIZE)};`;
    const settings = Object.entries({
      ...config,
      "alias.supervise": `!${limit}${SUPERVISOR}`,
    }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    return new dax.CommandBuilder()
      // Spares dax the search for git, for which it would have to read PATH.
      .registerCommand("git", dax.createExecutableCommand("git"))
      .command(["git", ...settings, "supervise", ...args])
      .cwd(directory)
      .clearEnv()
      .env(environment)
      .noThrow();
  }
}

function isSpawnError(error: unknown): error is Error {
  return error instanceof Deno.errors.NotCapable ||
    (error instanceof Error && "code" in error &&
      (error.code === "ENOENT" || error.code === "EACCES"));
}

function cannotRun(cause: Error): BuildFailure {
  const why = cause instanceof Deno.errors.NotCapable
    ? `Deno lacks a permission: ${cause.message}`
    : "it is no program in the worker's PATH: install git on the worker";
  return new BuildFailure("git_failure", `Cannot run git: ${why}`, { cause });
}
