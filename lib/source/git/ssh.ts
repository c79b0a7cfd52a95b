import type { Secret } from "../../secret/secret.ts";
import { removeIfThere } from "./_files.ts";

/** Options of {@linkcode sshCommand}. */
export interface SshOptions {
  /** The file with the private key; without it no key is offered at all. */
  readonly keyFile?: string | undefined;
  /**
   * The operator's known hosts; a server that is not among them is refused.
   * Without it a server's key is accepted when it is first seen, and kept in
   * `acceptedHosts`.
   */
  readonly knownHosts?: string | undefined;
  readonly acceptedHosts: string;
}

/**
 * The ssh command that git shall use, as text for a shell. It reads no
 * configuration, asks nothing, and knows no other key and no agent.
 */
export function sshCommand(options: SshOptions): string {
  const hosts = options.knownHosts ?? options.acceptedHosts;
  const settings = [
    "BatchMode=yes",
    `IdentityFile=${quotePath(options.keyFile ?? "none")}`,
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    `StrictHostKeyChecking=${options.knownHosts ? "yes" : "accept-new"}`,
    `UserKnownHostsFile=${quotePath(hosts)}`,
    "GlobalKnownHostsFile=/dev/null",
    "UpdateHostKeys=no",
    "ConnectTimeout=30",
    "ServerAliveInterval=30",
    "ServerAliveCountMax=4",
    "LogLevel=ERROR",
  ];
  return ["ssh", "-F", "/dev/null", ...settings.flatMap((s) => ["-o", s])]
    .map(quoteWord).join(" ");
}

/**
 * A private key in a file of its own (mode 0600), which is what ssh takes.
 * Disposing removes the file.
 */
export class KeyFile implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Writes the key to a file that must not be there yet. */
  static async create(path: string, key: Secret): Promise<KeyFile> {
    await Deno.writeTextFile(path, normalizeKey(key.reveal()), {
      createNew: true,
      mode: 0o600,
    });
    return new KeyFile(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeIfThere(this.path);
  }
}

/** OpenSSH reads no key with CRLF or without a newline at its end. */
function normalizeKey(key: string): string {
  return `${key.replace(/\r\n?/g, "\n").trim()}\n`;
}

/** A path as a value of ssh_config(5): spaces and `%` have a meaning there. */
function quotePath(path: string): string {
  const escaped = path.replaceAll("%", "%%").replace(/["\\]/g, "\\$&");
  return `"${escaped}"`;
}

function quoteWord(word: string): string {
  return /^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
