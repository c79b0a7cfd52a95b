import type { Secret } from "../../secret/secret.ts";
import { Watchdog } from "../_watchdog.ts";
import { Access } from "./access.ts";
import { Git } from "./command.ts";
import { gitConfig, gitEnvironment } from "./environment.ts";
import type { GitUrl } from "./url.ts";
import type { Workplace } from "./workplace.ts";

/** Options of a {@linkcode GitSession}. */
export interface GitSessionOptions {
  /** Longest silence of git, in milliseconds. Default: five minutes. */
  readonly idleTimeout?: number | undefined;
  /** Longest time for all that git does, in milliseconds. Default: one hour. */
  readonly totalTimeout?: number | undefined;
  /**
   * Path of the known hosts that ssh checks servers against. Default: none, a
   * server's key is accepted when it is first seen.
   */
  readonly knownHosts?: string | undefined;
  /**
   * Variables of the worker that git gets too, of those that
   * `PASSED_VARIABLES` names. Default: none.
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Ends git, and all that it started. */
  readonly signal?: AbortSignal | undefined;
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

  constructor(subject: GitSessionSubject, options: GitSessionOptions) {
    this.#subject = subject;
    this.#options = options;
  }

  /**
   * Lets `task` use git in the checkout's directory. The private key is on the
   * disk only for as long as the task runs.
   *
   * @throws {TimeLimitError} when git was silent, or took, too long
   * @throws the signal's reason when it aborts
   */
  async run<T>(task: (git: Git) => Promise<T>): Promise<T> {
    const { url, workplace } = this.#subject;
    const { environment, onMessage } = this.#options;
    await using access = await Access.open(this.#subject, this.#options);
    using watchdog = new Watchdog({
      idleTimeout: this.#options.idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
      totalTimeout: this.#options.totalTimeout ?? DEFAULT_TOTAL_TIMEOUT,
      spent: this.#spent,
      signal: this.#options.signal,
    });
    const start = performance.now();
    try {
      return await task(
        new Git({
          directory: workplace.checkout,
          environment: {
            ...gitEnvironment({ url, workplace, passed: environment }),
            ...access.environment,
          },
          config: { ...gitConfig(url), ...access.config },
          watchdog,
          secrets: access.secrets,
          onMessage,
        }),
      );
    } finally {
      this.#spent += performance.now() - start;
    }
  }
}
