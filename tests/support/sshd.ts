import { Secret } from "../../lib/secret/secret.ts";
import { freePort } from "./free_port.ts";

/** Options of {@linkcode SshServer.start}. */
export interface SshOptions {
  /** An empty directory for its keys. */
  readonly directory: string;
  /** Whether git's second protocol passes, which gives any commit. */
  readonly protocol2?: boolean;
}

/** An OpenSSH server on a port of loopback that knows one key. */
export class SshServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly port: number;
  /** The user that it lets in. */
  readonly user: string;
  /** The key that it knows. */
  readonly privateKey: Secret;
  /** Its line of a known hosts file. */
  readonly knownHost: string;

  private constructor(
    process: Deno.ChildProcess,
    facts: Pick<SshServer, "port" | "user" | "privateKey" | "knownHost">,
  ) {
    this.#process = process;
    this.port = facts.port;
    this.user = facts.user;
    this.privateKey = facts.privateKey;
    this.knownHost = facts.knownHost;
  }

  static async start(options: SshOptions): Promise<SshServer> {
    const { directory, protocol2 = true } = options;
    await makeKey(`${directory}/host_key`);
    await makeKey(`${directory}/user_key`);
    const port = freePort();
    // sshd's own needs: its privilege separation directory, as root.
    if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true });
    await Deno.writeTextFile(
      `${directory}/config`,
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${directory}/host_key`,
        `AuthorizedKeysFile ${directory}/user_key.pub`,
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "UsePAM no",
        "StrictModes no",
        "PidFile none",
        ...(protocol2 ? ["AcceptEnv GIT_PROTOCOL"] : []),
      ].join("\n") + "\n",
    );
    const process = new Deno.Command("/usr/sbin/sshd", {
      args: ["-D", "-e", "-f", `${directory}/config`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await untilListening(port);
    const hostKey = await Deno.readTextFile(`${directory}/host_key.pub`);
    return new SshServer(process, {
      port,
      user: Deno.env.get("USER") ?? await run("id", "-un"),
      privateKey: await readKey(`${directory}/user_key`),
      knownHost: `[127.0.0.1]:${port} ${hostKey}`,
    });
  }

  /** The URL of a repository. */
  url(path: string): string {
    return `ssh://${this.user}@127.0.0.1:${this.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.status;
  }
}

/** Makes a key pair; the public key is beside it, with `.pub`. */
export async function makeKey(path: string): Promise<void> {
  await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path);
}

/** Reads a private key. */
export async function readKey(path: string): Promise<Secret> {
  return new Secret(await Deno.readTextFile(path));
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.read(new Uint8Array(1));
      return;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`sshd does not listen on port ${port}`);
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args })
    .output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout).trim();
}
