/** Options of {@linkcode sshCommand}. */
export interface SshOptions {
  /** A file of {@linkcode sshConfig}; without it no key is offered at all. */
  readonly configFile?: string | undefined;
  /**
   * The operator's known hosts; a server that is not among them is refused.
   * Without it a server's key is accepted when it is first seen, and kept in
   * `acceptedHosts`.
   */
  readonly knownHosts?: string | undefined;
  readonly acceptedHosts: string;
}

/**
 * The ssh command that git shall use, as text for a shell. It reads nobody
 * else's configuration, asks nothing, and knows no other key and no agent.
 */
export function sshCommand(options: SshOptions): string {
  const hosts = options.knownHosts ?? options.acceptedHosts;
  const settings = [
    "BatchMode=yes",
    "IdentityFile=none",
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
  const config = options.configFile ?? "/dev/null";
  return ["ssh", "-F", config, ...settings.flatMap((s) => ["-o", s])]
    .map(quoteWord).join(" ");
}

/** Which key ssh offers to whom. */
export interface SshIdentity {
  readonly keyFile: string;
  /** As in a `GitUrl`: `ssh://example.com:2222`. */
  readonly origin: string;
}

/**
 * The configuration (ssh_config(5)) that offers a key to one host and port, and
 * to no other: submodules lead anywhere.
 */
export function sshConfig({ keyFile, origin }: SshIdentity): string {
  const [, scheme, host = "", port] =
    /^(\w+):\/\/(\[.*\]|[^:]*)(?::(\d+))?$/.exec(origin) ?? [];
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  const own = scheme === "ssh" && port !== undefined ? port : SSH_PORT;
  return [
    `Match originalhost "${name}" exec "test %p = ${own}"`,
    `  IdentityFile ${quotePath(keyFile)}`,
    "",
  ].join("\n");
}

/** The port of ssh (RFC 4251, section 9.6.1 names it as IANA's). */
const SSH_PORT = "22";

/** A key as OpenSSH reads it: without CRLF, with a newline at its end. */
export function normalizeKey(key: string): string {
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
