import { type Proxies, secretsOfProxies } from "../../network/proxies.ts";
import { Secret } from "../../secret/secret.ts";
import { PrivateFile } from "./private_file.ts";
import { gitProxy } from "./proxy.ts";
import { normalizeKey, sshCommand, sshConfig } from "./ssh.ts";
import type { GitUrl } from "./url.ts";
import type { Workplace } from "./workplace.ts";

/** What {@linkcode Access.open} gives access to. */
export interface AccessSubject {
  readonly url: GitUrl;
  readonly workplace: Workplace;
  readonly privateKey?: Secret | undefined;
}

/** Options of {@linkcode Access.open}. */
export interface AccessOptions {
  /**
   * Path of the known hosts that ssh checks servers against. Default: none, a
   * server's key is accepted when it is first seen.
   */
  readonly knownHosts?: string | undefined;
  /** The proxies on the way. Default: none. */
  readonly proxies?: Proxies | undefined;
}

/** Characters from which on a user name or a password is hidden. */
const MIN_SECRET_LENGTH = 8;

/**
 * Answers git's question for a login from a private file: arguments and
 * environments of processes are seen by whoever lists them.
 */
const CREDENTIAL_HELPER =
  '!answer() { [ "$1" != get ] || cat "$GIT_LOGIN_FILE"; }; answer';

/**
 * What lets git into a repository: the private key, the login and that of a
 * proxy, each in a file of its own. Disposing takes them away.
 */
export class Access implements AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, string>>;
  /** Values that git must not be quoted with. */
  readonly secrets: readonly Secret[];
  readonly #files: AsyncDisposable;

  private constructor(
    access: Pick<Access, "environment" | "config" | "secrets">,
    files: AsyncDisposable,
  ) {
    this.environment = access.environment;
    this.config = access.config;
    this.secrets = access.secrets;
    this.#files = files;
  }

  /** Puts the private key and the login, where there are, into their files. */
  static async open(
    { url, workplace, privateKey }: AccessSubject,
    { knownHosts, proxies = {} }: AccessOptions = {},
  ): Promise<Access> {
    await using files = new AsyncDisposableStack();
    const write = async (name: string, text: Secret) =>
      files.use(await PrivateFile.create(`${workplace.home}/${name}`, text));
    const keyFile = privateKey && !privateKey.isEmpty
      ? await write("key", new Secret(normalizeKey(privateKey.reveal())))
      : undefined;
    const sshFile = keyFile && await write(
      "ssh_config",
      new Secret(sshConfig({ keyFile: keyFile.path, origin: url.origin })),
    );
    const { username = "", password } = url.credentials ?? {};
    const loginFile = url.credentials
      ? await write(
        "login",
        new Secret(
          `username=${username}\npassword=${password?.reveal() ?? ""}\n`,
        ),
      )
      : undefined;
    const proxy = gitProxy(url, proxies);
    const configFile = proxy.config && await write(".gitconfig", proxy.config);
    const access = {
      environment: {
        ...proxy.environment,
        ...(configFile && { GIT_CONFIG_GLOBAL: configFile.path }),
        GIT_SSH_VARIANT: "ssh",
        GIT_SSH_COMMAND: sshCommand({
          configFile: sshFile?.path,
          knownHosts,
          acceptedHosts: `${workplace.home}/known_hosts`,
        }),
        ...(loginFile && { GIT_LOGIN_FILE: loginFile.path }),
      },
      config: loginFile
        ? {
          [`credential.${url.origin}.helper`]: CREDENTIAL_HELPER,
          // Some servers do not ask a stranger for a login, they deny that the
          // repository exists (git 2.46; older ones ignore this). Without a
          // login for it, git could not ask another server at all.
          [`http.${url.origin}.proactiveAuth`]: "basic",
        }
        : {},
      // Many servers take a token as the name of a user.
      secrets: [
        new Secret(username),
        ...(password ? [password] : []),
        ...secretsOfProxies(proxies),
      ].filter((secret) => secret.reveal().length >= MIN_SECRET_LENGTH),
    };
    return new Access(access, files.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }
}
