import type { Secret } from "../../secret/secret.ts";
import { KeyFile, sshCommand } from "./ssh.ts";
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
  /** Path of the known hosts that servers are checked against. */
  readonly knownHosts?: string | undefined;
}

/** Characters from which on a user name or a password is hidden. */
const MIN_SECRET_LENGTH = 8;

/**
 * Answers git's question for a login from the environment, so that a password
 * is in no argument and no file.
 */
const CREDENTIAL_HELPER = [
  "!answer() {",
  '[ "$1" != get ] ||',
  `printf 'username=%s\\npassword=%s\\n' "$GIT_LOGIN_NAME" "$GIT_LOGIN_PASSWORD";`,
  "}; answer",
].join(" ");

/**
 * What lets git into a repository: the private key in its file, the login in
 * the environment. Disposing takes the key away.
 */
export class Access implements AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, string>>;
  /** Values that git must not be quoted with. */
  readonly secrets: readonly string[];
  readonly #keyFile: KeyFile | undefined;

  private constructor(
    { url, workplace }: AccessSubject,
    { knownHosts }: AccessOptions,
    keyFile: KeyFile | undefined,
  ) {
    const { username = "", password } = url.credentials ?? {};
    const login = {
      GIT_LOGIN_NAME: username,
      GIT_LOGIN_PASSWORD: password?.reveal() ?? "",
    };
    this.#keyFile = keyFile;
    // Many servers take a token as the name of a user.
    this.secrets = Object.values(login)
      .filter((text) => text.length >= MIN_SECRET_LENGTH);
    this.environment = {
      GIT_SSH_VARIANT: "ssh",
      GIT_SSH_COMMAND: sshCommand({
        keyFile: keyFile?.path,
        knownHosts,
        acceptedHosts: `${workplace.home}/known_hosts`,
      }),
      ...login,
    };
    this.config = url.credentials
      ? {
        [`credential.${url.origin}.helper`]: CREDENTIAL_HELPER,
        // Some servers do not ask a stranger for a login, they deny that the
        // repository exists (git 2.46; older ones ignore this).
        "http.proactiveAuth": "basic",
      }
      : {};
  }

  /** Puts the private key, if there is one, where ssh finds it. */
  static async open(
    subject: AccessSubject,
    options: AccessOptions = {},
  ): Promise<Access> {
    const { workplace, privateKey } = subject;
    const keyFile = privateKey && !privateKey.isEmpty
      ? await KeyFile.create(`${workplace.home}/key`, privateKey)
      : undefined;
    return new Access(subject, options, keyFile);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyFile?.[Symbol.asyncDispose]();
  }
}
