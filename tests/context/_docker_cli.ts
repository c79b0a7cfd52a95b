import { byteStringOf } from "../../lib/context/path.ts";

const BLOCK = 512;

/** What the CLI sends for a build. */
export interface SentBuild {
  /** A tar archive. */
  readonly context: Uint8Array<ArrayBuffer>;
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
}

/**
 * The docker CLI of this machine, talking to a server here that takes the
 * contexts of its builds instead of an engine.
 */
export class DockerCli implements AsyncDisposable {
  readonly #sent = new Map<string, SentBuild>();
  readonly #config: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #count = 0;

  private constructor(config: string) {
    this.#config = config;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  static async start(): Promise<DockerCli> {
    return new DockerCli(
      await Deno.makeTempDir({ prefix: "test-docker-cli-" }),
    );
  }

  /** The first number of the CLI's version. */
  async majorVersion(): Promise<number> {
    const { stdout } = await this.#run(["--version"]);
    return Number(/version (\d+)/.exec(stdout)?.[1]);
  }

  /**
   * What the CLI sends as the context of a build: the paths, as byte strings,
   * sorted; or `undefined` when it refuses to build.
   */
  async contextOf(
    directory: string,
    dockerfile = "Dockerfile",
  ): Promise<string[] | undefined> {
    const file = `${directory}/${dockerfile}`;
    const sent = await this.build(["-f", file, directory]);
    return sent && [...namesIn(sent.context)].sort();
  }

  /**
   * What the CLI sends for `docker build` with these arguments; `undefined` when
   * it refuses to build.
   */
  async build(args: readonly string[]): Promise<SentBuild | undefined> {
    const tag = `context-${this.#count++}`;
    await this.#run(["build", "-q", "-t", tag, ...args]);
    const sent = this.#sent.get(tag);
    this.#sent.delete(tag);
    return sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.#config, { recursive: true });
  }

  async #run(args: string[]): Promise<{ stdout: string }> {
    const { stdout } = await new Deno.Command("docker", {
      args,
      env: {
        DOCKER_BUILDKIT: "0",
        DOCKER_CONFIG: this.#config,
        DOCKER_HOST: `tcp://127.0.0.1:${this.#server.addr.port}`,
      },
      stdin: "null",
      stderr: "null",
    }).output();
    return { stdout: new TextDecoder().decode(stdout) };
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    if (!pathname.endsWith("/build")) {
      return new Response("OK", {
        headers: { "Api-Version": "1.41", "Ostype": "linux" },
      });
    }
    this.#sent.set(searchParams.get("t") ?? "", {
      context: withEnd(body),
      dockerfile: searchParams.get("dockerfile") ?? "",
    });
    return new Response('{"stream":"sha256:0"}\n');
  }
}

/** The CLI does not end an archive that it adds a Dockerfile to. */
function withEnd(tar: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array((Math.ceil(tar.length / BLOCK) + 2) * BLOCK);
  whole.set(tar);
  return whole;
}

/** The paths in a tar, without the slash that directories end in. */
function* namesIn(tar: Uint8Array<ArrayBuffer>): Generator<string> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (textOf(header.subarray(257, 262)) !== "ustar") return;
    const size = parseInt(textOf(header.subarray(124, 136)), 8);
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
    if (textOf(header.subarray(156, 157)) === "x") {
      longName = paxPath(byteStringOf(body));
      continue;
    }
    const name = longName ?? textOf(header.subarray(0, 100));
    yield name.endsWith("/") ? name.slice(0, -1) : name;
    longName = undefined;
  }
}

function textOf(field: Uint8Array): string {
  return byteStringOf(field).replace(/\0.*$/s, "");
}

/** The `path` of an extended header (POSIX.1-2001). */
function paxPath(records: string): string | undefined {
  for (let at = 0; at < records.length;) {
    const length = parseInt(records.slice(at), 10);
    const [, key, value] = /^\d+ ([^=]*)=(.*)\n$/s.exec(
      records.slice(at, at + length),
    ) ?? [];
    if (key === "path") return value;
    at += length;
  }
  return undefined;
}
