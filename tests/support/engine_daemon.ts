import { delay } from "@std/async/delay";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { ping } from "../../lib/engine/ping.ts";

/** Longest wait for an engine to answer, or to end, in milliseconds. */
const PATIENCE = 60_000;

/** How long an engine that has just started may be unsteady, in milliseconds. */
export const SETTLING = 5_000;

/** Options of {@linkcode EngineDaemon.start}. */
export interface EngineDaemonOptions {
  /** Size of its disk in bytes. Default: that of the machine's. */
  readonly diskSize?: number;
  /** More of `dockerd`'s own flags. Default: none. */
  readonly flags?: readonly string[];
}

/**
 * A private Docker engine, to be stopped, killed and frozen at will: the real
 * daemon on a bridge and in a directory of its own. Takes root, `dockerd` and
 * `ip`. Disposing leaves nothing of it behind.
 */
export class EngineDaemon implements AsyncDisposable {
  readonly #directory: string;
  readonly #bridge: string;
  readonly #flags: readonly string[];
  #process: Deno.ChildProcess | undefined;

  private constructor(
    directory: string,
    bridge: string,
    flags: readonly string[],
  ) {
    this.#directory = directory;
    this.#bridge = bridge;
    this.#flags = flags;
  }

  /** Starts an engine without any image; it answers when this resolves. */
  static async start(
    { diskSize, flags = [] }: EngineDaemonOptions = {},
  ): Promise<EngineDaemon> {
    const directory = await Deno.makeTempDir({ prefix: "test-engine-" });
    const daemon = new EngineDaemon(
      directory,
      `qbt${crypto.randomUUID().slice(0, 8)}`,
      flags,
    );
    try {
      await daemon.#addBridge();
      if (diskSize !== undefined) await daemon.#mountDisk(diskSize);
      await daemon.restart();
    } catch (error) {
      await daemon[Symbol.asyncDispose]();
      throw error;
    }
    return daemon;
  }

  /** Path of its socket. */
  get socket(): string {
    return `${this.#directory}/docker.sock`;
  }

  /** Its address, as `DOCKER_HOST` would have it. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** The directory of all that it stores. */
  get root(): string {
    return `${this.#directory}/data`;
  }

  /** A line to it. */
  connect(): EngineClient {
    return new EngineClient(parseEngineAddress(this.host));
  }

  /** Starts it anew with all that it stores, stopping it first if it runs. */
  async restart(): Promise<void> {
    await this.stop();
    const directory = this.#directory;
    this.#process = new Deno.Command("sh", {
      args: [
        "-c",
        'log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1',
        "sh",
        `${directory}/log`,
        "dockerd",
        `--host=${this.host}`,
        `--data-root=${this.root}`,
        `--exec-root=${directory}/exec`,
        `--pidfile=${directory}/docker.pid`,
        // Not "none": that deletes the bridge of the machine's own engine.
        `--bridge=${this.#bridge}`,
        "--iptables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        ...this.#flags,
      ],
    }).spawn();
    await this.#answering(this.#process);
  }

  /** Stops it as an init system does: builds are cut off, the socket goes. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Kills it: the socket stays, and nobody answers there. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Lets it hang: it accepts connections and answers nothing. */
  freeze(): void {
    const daemon = this.#process;
    if (daemon === undefined) return;
    daemon.kill("SIGSTOP");
    // On a busy machine it goes on for a moment.
    while (!isStopped(daemon.pid));
  }

  /** Lets it go on after {@linkcode freeze}. */
  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.stop();
    await this.#endContainers();
    await this.#unmount();
    await run("ip", "link", "delete", this.#bridge);
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #addBridge(): Promise<void> {
    const [second, third] = crypto.getRandomValues(new Uint8Array(2));
    const bridge = this.#bridge;
    await run("ip", "link", "add", bridge, "type", "bridge");
    await run("ip", "addr", "add", `10.${second}.${third}.1/24`, "dev", bridge);
    await run("ip", "link", "set", bridge, "up");
  }

  async #mountDisk(size: number): Promise<void> {
    await Deno.mkdir(this.root);
    const options = ["-t", "tmpfs", "-o", `size=${size}`];
    await run("mount", ...options, "tmpfs", this.root);
  }

  async #answering(daemon: Deno.ChildProcess): Promise<void> {
    await using client = this.connect();
    const deadline = Date.now() + PATIENCE;
    let hasEnded = false;
    daemon.status.then(() => hasEnded = true);
    while (true) {
      try {
        await ping(client);
        return;
      } catch (error) {
        if (!hasEnded && Date.now() < deadline) {
          await delay(100);
          continue;
        }
        const log = await Deno.readTextFile(`${this.#directory}/log`);
        throw new Error(`The engine did not start: ${log}`, { cause: error });
      }
    }
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const daemon = this.#process;
    if (daemon === undefined) return;
    this.#process = undefined;
    daemon.kill(signal);
    const timer = setTimeout(() => daemon.kill("SIGKILL"), PATIENCE);
    await daemon.status;
    clearTimeout(timer);
    await this.#buryContainerd();
    // A killed daemon leaves it behind, and would not start again.
    await Deno.remove(`${this.#directory}/docker.pid`).catch(() => {});
  }

  /**
   * The daemon's helper ends with it. A new daemon takes it for alive, and
   * waits for it in vain, when it was killed and nobody has reaped it.
   */
  async #buryContainerd(): Promise<void> {
    const path = `${this.#directory}/exec/containerd/containerd.pid`;
    const pid = await Deno.readTextFile(path).catch(() => undefined);
    if (pid === undefined) return;
    while (await isRunning(pid)) await delay(20);
    await Deno.remove(path);
  }

  /** A daemon that was killed leaves them running. */
  async #endContainers(): Promise<void> {
    for (const shim of await findPids("-f", `shim.*${this.#directory}/`)) {
      for (const pid of [...await findPids("-P", shim), shim]) {
        await run("kill", "-KILL", pid);
      }
    }
  }

  async #unmount(): Promise<void> {
    // Deno lets only those read it who may do everything.
    const mounts = (await run("cat", "/proc/self/mounts")).split("\n")
      .map((line) => line.split(" ")[1] ?? "")
      .filter((path) => path.startsWith(`${this.#directory}/`));
    for (const path of mounts.reverse()) await run("umount", "--lazy", path);
  }
}

function isStopped(pid: number): boolean {
  return Deno.readTextFileSync(`/proc/${pid}/stat`).includes(") T ");
}

/** The processes that pgrep(1) finds. */
async function findPids(...args: string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command("pgrep", { args }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((pid) => pid);
}

async function isRunning(pid: string): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  // A zombie is for its parent to bury.
  return stat !== "" && !stat.includes(") Z ");
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  if (success) return new TextDecoder().decode(stdout);
  const detail = new TextDecoder().decode(stderr);
  throw new Error(`${program} ${args.join(" ")}: ${detail}`);
}
