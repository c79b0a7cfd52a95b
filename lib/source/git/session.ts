import type { Secret } from "../../secret/secret.ts";
import { Watchdog } from "../../time/watchdog.ts";
import { Access, type AccessOptions } from "./access.ts";
import { Git } from "./command.ts";
import { gitConfig, gitEnvironment } from "./environment.ts";
import { type GitTrust, trustAuthorities } from "./trust.ts";
import { SizeWatch } from "./size_watch.ts";
import type { GitUrl } from "./url.ts";
import type { Workplace } from "./workplace.ts";

/** Options of a {@linkcode GitSession}. */
export interface GitSessionOptions extends AccessOptions {
  /** Longest silence of git, in milliseconds. Default: five minutes. */
  readonly idleTimeout?: number | undefined;
  /** Longest time for all that git does, in milliseconds. Default: one hour. */
  readonly totalTimeout?: number | undefined;
  /** Bytes that may be fetched in all. Default: no limit. */
  readonly maxBytes?: number | undefined;
  /** Whom git trusts over HTTPS. Default: whom the system trusts. */
  readonly trust?: GitTrust | undefined;
  /** Variables that git gets, too, such as `PATH`. Default: none. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Ends git, and all that it started. */
  readonly signal?: AbortSignal | undefined;
  /** Takes more secrets out of what git prints. Default: nothing. */
  readonly redact?: ((text: string) => string) | undefined;
  /** Gets every line that git prints, without credentials. */
  readonly onMessage?: ((line: string) => void) | undefined;
}

/** What a {@linkcode GitSession} works on. */
export interface GitSessionSubject {
  readonly url: GitUrl;
  readonly workplace: Workplace;
  readonly privateKey?: Secret | undefined;
}

const DEFAULT_IDLE_TIMEOUT = 5 * 60_000;
const DEFAULT_TOTAL_TIMEOUT = 60 * 60_000;

/** All that git does for one checkout, within one limit of time. */
export class GitSession {
  readonly #subject: GitSessionSubject;
  readonly #options: GitSessionOptions;
  /** Time used so far, in milliseconds. */
  #spent = 0;
  /** Git's settings for whom it trusts, once they are made. */
  #trust: Readonly<Record<string, string>> | undefined;

  constructor(subject: GitSessionSubject, options: GitSessionOptions) {
    this.#subject = subject;
    this.#options = options;
  }

  /**
   * Lets `task` use git in the checkout's directory. The private key is on the
   * disk only for as long as the task runs.
   *
   * @throws {AllowanceError} when too much is fetched
   * @throws {TimeLimitError} when git was silent, or took, too long
   * @throws the signal's reason when it aborts
   */
  async run<T>(
    task: (git: Git, size: SizeWatch) => Promise<T>,
  ): Promise<T> {
    const { url, workplace } = this.#subject;
    const { environment, onMessage, redact, signal } = this.#options;
    const { maxBytes = Infinity } = this.#options;
    await using size = new SizeWatch(`${workplace.checkout}/.git`, maxBytes);
    await using access = await Access.open(this.#subject, this.#options);
    using watchdog = new Watchdog({
      idleTimeout: this.#options.idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
      totalTimeout: this.#options.totalTimeout ?? DEFAULT_TOTAL_TIMEOUT,
      spent: this.#spent,
      signal: AbortSignal.any([size.signal, ...(signal ? [signal] : [])]),
    });
    const start = performance.now();
    try {
      const git = new Git({
        directory: workplace.checkout,
        environment: {
          ...gitEnvironment({ url, workplace, passed: environment }),
          ...access.environment,
        },
        config: { ...gitConfig(url), ...access.config },
        watchdog,
        secrets: access.secrets,
        redact,
        onMessage,
      });
      this.#trust ??= await trustAuthorities(
        git,
        workplace,
        this.#options.trust ?? {},
      );
      return await task(git.configured(this.#trust), size);
    } finally {
      this.#spent += performance.now() - start;
    }
  }
}
