import { BuildFailure, type FailureKind } from "../../build/failure.ts";
import { TimeLimitError } from "../../time/watchdog.ts";
import { AllowanceError } from "./allowance.ts";
import { GitCommandError } from "./command.ts";

/** What git says of a cause, and what a person can do about it. */
interface Cause {
  readonly words: RegExp;
  readonly advice: string;
}

/**
 * The common causes, most telling first. The words are those of git 2.39 with
 * libcurl 7.88 and of OpenSSH 9.2, which have been the same for years.
 */
const CAUSES: readonly Cause[] = [
  {
    words: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    advice:
      "the server's host key is not the known one: if the server got a new key, the operator of this worker must update the file that SSH_KNOWN_HOSTS names",
  },
  {
    words: /Host key verification failed/,
    advice:
      "the server's host key is unknown: the operator of this worker must add it to the file that SSH_KNOWN_HOSTS names",
  },
  {
    words: /error in libcrypto|invalid format|incorrect passphrase/,
    advice:
      "the private key cannot be read: it must be a whole OpenSSH or PEM key without a passphrase",
  },
  {
    words: /Permission denied \([\w,-]*publickey/,
    advice:
      "the server does not accept the key: add the build's public key to the repository's deploy keys",
  },
  {
    words:
      /Authentication failed|could not read (Username|Password)|terminal prompts disabled|error: 40[13]/i,
    advice:
      "the server wants a login: check that the repository is public, or that the credentials are valid",
  },
  {
    words: /Could not resolve host/i,
    advice: "the server's name does not resolve: check the repository's URL",
  },
  {
    words:
      /SSL certificate problem|certificate verif|gnutls_handshake|SSL_connect/i,
    advice:
      "the server's TLS certificate is not trusted: the operator of this worker must add its CA with TLS_CA_PATH",
  },
  {
    words:
      /Connection refused|Connection timed out|Network is unreachable|No route to host|Failed to connect/,
    advice:
      "the server cannot be reached from this worker: check the URL and the worker's network or proxy",
  },
  {
    words:
      /repository '.*' not found|Repository not found|does not appear to be a git repository/i,
    advice: "there is no such repository, or the key may not read it",
  },
  {
    words: /transport '.*' not allowed/,
    advice: "only https, http, ssh and git repositories are allowed",
  },
  {
    words: /(setsid|ssh): (command )?not found|cannot run ssh/,
    advice:
      "a program is missing: the operator of this worker must install setsid (util-linux) and ssh (OpenSSH) beside git",
  },
  {
    // SIGXFSZ, which git does not name.
    words: /died of signal 25|File size limit exceeded|File too large/i,
    advice:
      "it is too large: the operator of this worker can allow more with PACKAGE_LIMIT",
  },
  {
    words: /No space left on device/,
    advice: "the worker's disk is full",
  },
];

/** Whether git failed for no common cause, so that another request may do. */
export function isUnexplained(error: unknown): error is GitCommandError {
  return error instanceof GitCommandError &&
    !CAUSES.some(({ words }) => words.test(error.output));
}

/** Options of {@linkcode explained}. */
export interface ExplainedOptions {
  /** The kind of failure when a git command fails. */
  readonly kind: FailureKind;
  /** What is tried, as in `fetch "https://example.com/x.git"`. */
  readonly action: string;
}

/**
 * Runs `task`, and says what a failure of git means and what to do about it,
 * with git's own last lines. Other errors pass.
 *
 * @throws {BuildFailure} of `kind`, or `git_failure` when it took too long
 */
export async function explained<T>(
  options: ExplainedOptions,
  task: () => Promise<T>,
): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const action = `Cannot ${options.action}`;
    if (error instanceof TimeLimitError) throw tooSlow(action, error);
    if (error instanceof AllowanceError) {
      const message = `${action}: ${error.message}`;
      throw new BuildFailure(options.kind, message, { cause: error });
    }
    if (!(error instanceof GitCommandError)) throw error;
    const cause = CAUSES.find(({ words }) => words.test(error.output));
    const why = cause?.advice ?? error.end;
    throw new BuildFailure(
      options.kind,
      `${action}: ${why}\n${error.output}`.trimEnd(),
      { cause: error },
    );
  }
}

function tooSlow(action: string, cause: TimeLimitError): BuildFailure {
  const setting = cause.limit === "idle" ? "GIT_IDLE_TIMEOUT" : "GIT_TIMEOUT";
  return new BuildFailure(
    "git_failure",
    `${action}: ${cause.message}: the operator of this worker can allow more with ${setting}`,
    { cause },
  );
}
