/** A directory for one test. Disposing removes it with all that is in it. */
export class TemporaryDirectory implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TemporaryDirectory> {
    const path = await Deno.makeTempDir({ prefix: "test-" });
    return new TemporaryDirectory(await Deno.realPath(path));
  }

  /** Makes a directory in it. */
  async directory(name: string): Promise<string> {
    const path = `${this.path}/${name}`;
    await Deno.mkdir(path, { recursive: true });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** The files in a directory that hold a text, as grep(1) finds them. */
export async function findInFiles(
  directory: string,
  text: string,
): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command("grep", {
    args: ["-rlF", "-e", text, directory],
    env: { LC_ALL: "C" },
  }).output();
  // Others' files may go away meanwhile; that is no failure.
  const trouble = new TextDecoder().decode(stderr).split("\n")
    .filter((line) => line && !line.endsWith(": No such file or directory"));
  if (code > 1 && trouble.length > 0) {
    throw new Error(`grep failed: ${trouble.join("\n")}`);
  }
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line);
}
