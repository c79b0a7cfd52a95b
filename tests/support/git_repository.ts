/** Runs git as a person would, but with no configuration of this machine's. */
export async function runGit(
  directory: string,
  ...args: readonly string[]
): Promise<string> {
  return await runGitWith({ directory, args });
}

/** One call of git, with an input or settings of its own. */
export interface GitCall {
  readonly directory: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs git; gives what it prints, without the newline at the end. */
export async function runGitWith(call: GitCall): Promise<string> {
  const command = new Deno.Command("git", {
    args: [...call.args],
    cwd: call.directory,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
      HOME: "/nonexistent",
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "A Developer",
      GIT_AUTHOR_EMAIL: "developer@example.com",
      GIT_COMMITTER_NAME: "A Developer",
      GIT_COMMITTER_EMAIL: "developer@example.com",
      GIT_ALLOW_PROTOCOL: "file:http:https:ssh:git",
      GIT_TERMINAL_PROMPT: "0",
      ...call.environment,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(call.input ?? ""));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(`git ${call.args.join(" ")}: ${decoder.decode(stderr)}`);
  }
  return decoder.decode(stdout).trimEnd();
}

/** A repository with files, in which commits are made. */
export class GitRepository {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Makes an empty repository whose branch is `main`. */
  static async create(directory: string): Promise<GitRepository> {
    await Deno.mkdir(directory, { recursive: true });
    await runGit(directory, "init", "--quiet", "--initial-branch=main");
    return new GitRepository(directory);
  }

  /** Runs git in the repository. */
  git(...args: readonly string[]): Promise<string> {
    return runGit(this.directory, ...args);
  }

  /** Runs a shell script in the repository, for what no argument can hold. */
  script(text: string): Promise<string> {
    return this.git("-c", `alias.script=!${text}`, "script");
  }

  /** Writes files and commits all there is; gives the commit's hash. */
  async commit(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const file = `${this.directory}/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.writeTextFile(file, text);
    }
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "--message=change");
    return await this.head();
  }

  /** The hash of the commit that is checked out. */
  head(): Promise<string> {
    return this.git("rev-parse", "HEAD");
  }

  /** Adds a submodule with any URL, even one that git would not clone. */
  async addSubmodule(path: string, url: string, commit: string): Promise<void> {
    const key = `submodule.${path}`;
    const file = ["config", "--file", ".gitmodules"];
    await this.git(...file, `${key}.path`, path);
    await this.git(...file, `${key}.url`, url);
    const entry = `160000,${commit},${path}`;
    await this.git("update-index", "--add", "--cacheinfo", entry);
    await this.git("add", ".gitmodules");
    await this.git("commit", "--quiet", "--message=submodule");
  }

  /**
   * Adds a history of `count` commits, each of which changes a file of some
   * kilobytes that does not compress, with a tag at every hundredth.
   */
  async addHistory(count: number): Promise<void> {
    const lines: string[] = [];
    for (let n = 1; n <= count; n++) {
      const text = btoa(
        String.fromCharCode(...crypto.getRandomValues(new Uint8Array(1500))),
      );
      lines.push(
        "commit refs/heads/main",
        `mark :${n}`,
        `committer A Developer <developer@example.com> ${n} +0000`,
        "data 0",
        ...(n === 1 ? [] : [`from :${n - 1}`]),
        `M 100644 inline file${n % 20}`,
        `data ${text.length}`,
        text,
      );
      if (n % 100 === 0) {
        lines.push(
          `tag v${n / 100}`,
          `from :${n}`,
          `tagger A Developer <developer@example.com> ${n} +0000`,
          "data 0",
          "",
        );
      }
    }
    await runGitWith({
      directory: this.directory,
      args: ["fast-import", "--quiet"],
      input: `${lines.join("\n")}\n`,
    });
    await this.git("reset", "--quiet", "--hard", "main");
  }
}
