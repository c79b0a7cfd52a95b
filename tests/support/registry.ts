import { encodeBase64 } from "@std/encoding";
import { TextLineStream } from "@std/streams";
import { join } from "node:path";

/** Options of {@linkcode TestRegistry.start}. */
export interface TestRegistryOptions {
  /** The one user and password that open the registry. Default: open to all. */
  credentials?: { readonly username: string; readonly password: string };
  /**
   * Size in bytes of a disk of its own, for which it takes root. Default: that
   * of the machine's.
   */
  diskSize?: number;
}

/** How a restarted registry behaves. */
export interface RestartOptions {
  /** Refuses every push. Default `false`. */
  readOnly?: boolean;
}

/** A real registry process on an ephemeral port of loopback. */
export class TestRegistry implements AsyncDisposable {
  readonly #directory: string;
  readonly #credentials: TestRegistryOptions["credentials"];
  readonly #diskSize: number | undefined;
  #process: Deno.ChildProcess | undefined;
  #log: Promise<void> | undefined;
  #port = 0;

  private constructor(directory: string, options: TestRegistryOptions) {
    this.#directory = directory;
    this.#credentials = options.credentials;
    this.#diskSize = options.diskSize;
  }

  /** Starts a registry; it answers when this resolves. */
  static async start(options: TestRegistryOptions = {}): Promise<TestRegistry> {
    const directory = await Deno.makeTempDir({ prefix: "test-registry-" });
    const registry = new TestRegistry(directory, options);
    try {
      await registry.#mountDisk();
      await registry.#writePasswords();
      await registry.restart();
    } catch (error) {
      await registry[Symbol.asyncDispose]();
      throw error;
    }
    return registry;
  }

  /** `127.0.0.1:port`, as it stands in an image's name. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Starts anew on the same port with the same images. */
  async restart(options: RestartOptions = {}): Promise<void> {
    await this.stop();
    const config = join(this.#directory, "config.yml");
    await Deno.writeTextFile(config, this.#config(options));
    this.#process = new Deno.Command("docker-registry", {
      args: ["serve", config],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#port = await this.#listening(this.#process);
  }

  /** Ends the process: connections are cut, and new ones refused. */
  async stop(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    await this.#log;
    this.#process = undefined;
  }

  /** Leaves no room on its own disk. */
  async fillDisk(): Promise<void> {
    using file = await Deno.open(this.#filling, { create: true, append: true });
    for (let size = 2 ** 20; size >= 1; size /= 2) {
      await fill(file, new Uint8Array(size));
    }
  }

  /** Takes back what {@linkcode fillDisk} did. */
  async emptyDisk(): Promise<void> {
    await Deno.remove(this.#filling);
  }

  /** The digest that the registry has for a tag, or `undefined` for none. */
  async digest(repository: string, tag: string): Promise<string | undefined> {
    const response = await this.#get(`${repository}/manifests/${tag}`, {
      Accept: [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
      ].join(", "),
    });
    await response.body?.cancel();
    return response.headers.get("Docker-Content-Digest") ?? undefined;
  }

  /** The tags of a repository, sorted; none when it does not exist. */
  async tags(repository: string): Promise<string[]> {
    const response = await this.#get(`${repository}/tags/list`);
    const list: { tags?: string[] | null } = await response.json();
    return (list.tags ?? []).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (this.#diskSize !== undefined) await run("umount", this.#storage);
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    if (this.#credentials !== undefined) {
      const { username, password } = this.#credentials;
      headers["Authorization"] = `Basic ${
        encodeBase64(`${username}:${password}`)
      }`;
    }
    return await fetch(`http://${this.host}/v2/${path}`, { headers });
  }

  get #storage(): string {
    return join(this.#directory, "data");
  }

  get #filling(): string {
    return join(this.#storage, "filling");
  }

  async #mountDisk(): Promise<void> {
    const size = this.#diskSize;
    if (size === undefined) return;
    await Deno.mkdir(this.#storage);
    const options = ["-t", "tmpfs", "-o", `size=${size}`];
    await run("mount", ...options, "tmpfs", this.#storage);
  }

  get #passwords(): string {
    return join(this.#directory, "htpasswd");
  }

  async #writePasswords(): Promise<void> {
    if (this.#credentials === undefined) return;
    const { username, password } = this.#credentials;
    const process = new Deno.Command("htpasswd", {
      args: ["-inB", username],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(password));
    await writer.close();
    await Deno.writeFile(this.#passwords, (await process.output()).stdout);
  }

  #config({ readOnly = false }: RestartOptions): string {
    return JSON.stringify({
      version: "0.1",
      log: { level: "info" },
      storage: {
        filesystem: { rootdirectory: this.#storage },
        maintenance: {
          uploadpurging: { enabled: false },
          readonly: { enabled: readOnly },
        },
      },
      http: {
        addr: `127.0.0.1:${this.#port}`,
        secret: "test",
        // What stands in front of it is not by-passed.
        relativeurls: true,
      },
      ...(this.#credentials && {
        auth: { htpasswd: { realm: "test", path: this.#passwords } },
      }),
    });
  }

  /** Waits for the port in the process's log, and keeps reading the rest. */
  #listening(process: Deno.ChildProcess): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const lines = process.stderr
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    this.#log = (async () => {
      const seen: string[] = [];
      for await (const line of lines) {
        const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
        else if (seen.length < 20) seen.push(line);
      }
      reject(new Error(`Registry ended: ${seen.join("\n")}`));
    })();
    return promise;
  }
}

/** Writes bytes until there is no room for them. */
async function fill(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  try {
    while (true) await file.write(bytes);
  } catch (error) {
    const isFull = error instanceof Error &&
      error.message.includes("os error 28");
    if (!isFull) throw error;
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args })
    .output();
  if (success) return;
  const detail = new TextDecoder().decode(stderr);
  throw new Error(`${program} ${args.join(" ")}: ${detail}`);
}
