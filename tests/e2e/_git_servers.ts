import type { Secret } from "../../lib/secret/secret.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { makeKey, readKey, SshServer } from "../support/sshd.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Options of {@linkcode GitServers.start}. */
export interface GitServersOptions {
  /** Name of the repository. */
  readonly name: string;
  /** What opens it over HTTP, for the user `me`. */
  readonly password: string;
  /** What is in its one commit. */
  readonly files: Readonly<Record<string, string>>;
}

/** A private repository with one commit, over HTTP and ssh. */
export class GitServers implements AsyncDisposable {
  /** `host:port` of the server over HTTP. */
  readonly host: string;
  /** The commit's hash. */
  readonly commit: string;
  readonly sshUrl: string;
  /** What opens it over ssh. */
  readonly privateKey: Secret;
  /** A key that opens nothing. */
  readonly wrongKey: Secret;
  readonly #url: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<
      GitServers,
      "host" | "commit" | "sshUrl" | "privateKey" | "wrongKey"
    >,
    url: string,
    stack: AsyncDisposableStack,
  ) {
    this.host = parts.host;
    this.commit = parts.commit;
    this.sshUrl = parts.sshUrl;
    this.privateKey = parts.privateKey;
    this.wrongKey = parts.wrongKey;
    this.#url = url;
    this.#stack = stack;
  }

  static async start(
    { name, password, files }: GitServersOptions,
  ): Promise<GitServers> {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await TemporaryDirectory.create());
    const root = await directory.directory("root");
    const keys = await directory.directory("keys");
    const repository = await GitRepository.create(`${root}/${name}`);
    const commit = await repository.commit(files);
    const login = { username: "me", password };
    const http = stack.use(new GitHttpServer({ root, login }));
    const ssh = stack.use(await SshServer.start({ directory: keys }));
    await makeKey(`${keys}/wrong`);
    const parts = {
      host: http.host,
      commit,
      sshUrl: ssh.url(`${root}/${name}/.git`),
      privateKey: ssh.privateKey,
      wrongKey: await readKey(`${keys}/wrong`),
    };
    return new GitServers(parts, http.url(`${name}/.git`), stack.move());
  }

  /** The URL over HTTP with a login in it. */
  httpUrl(username: string, password = ""): string {
    const url = new URL(this.#url);
    url.username = username;
    url.password = password;
    return url.href;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
