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
  const { code, stdout } = await new Deno.Command("grep", {
    args: ["-rlF", "-e", text, directory],
  }).output();
  if (code > 1) throw new Error(`grep failed with exit status ${code}`);
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line);
}
