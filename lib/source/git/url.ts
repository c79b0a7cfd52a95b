import { BuildFailure } from "../../build/failure.ts";
import { Secret } from "../../secret/secret.ts";
import { quote } from "../../text/quote.ts";

/** How git talks to a repository's server. */
export type GitProtocol = "https" | "http" | "ssh" | "git" | "file";

/** Who a URL says that the user is. */
export interface GitCredentials {
  readonly username: string;
  readonly password: Secret;
}

/** The address of a repository, safe to be handed to git. */
export interface GitUrl {
  readonly protocol: GitProtocol;
  /** The address without a password. */
  readonly text: string;
  /** Scheme, host and port, as in `https://example.com:8443`; not of files. */
  readonly origin: string;
  /** What an HTTP URL held before its `@`. */
  readonly credentials?: GitCredentials;
}

/** Options of {@linkcode parseGitUrl}. */
export interface GitUrlOptions {
  /** Whether `file:` URLs are allowed. Default: false. */
  readonly allowFile?: boolean | undefined;
}

const HOST = String.raw`(?:[\p{L}\p{N}_][\p{L}\p{N}_.-]*|\[[\da-fA-F:.]+\])`;
const WITH_SCHEME = new RegExp(
  String.raw`^(https?|ssh|git)://(?:([^/?#]*)@)?(${HOST}(?::\d+)?)(/.*)$`,
  "u",
);
/**
 * `user@host:path`; a second colon would name one of git's helpers. An `@` that
 * follows is what `user:password@host` has and git takes for a path.
 */
const SCP_LIKE = new RegExp(
  String.raw`^[\w.][\w.+-]*@(${HOST}):(?!:|//)[^@/]*(?:/.*)?$`,
  "u",
);
/** `host:path`, and no URL whose slashes are missing. */
const SCP_LIKE_WITHOUT_USER = new RegExp(
  String.raw`^(?!(?:https?|ssh|git|file|ftps?):)(${HOST}):(?!:|//)[^@]+$`,
  "u",
);
const FILE = /^file:\/\/(\/.*)$/;

/**
 * Checks a repository's address and takes the password out of it. The grammar
 * is narrower than git's: no local paths, no helpers (`ext::…`), nothing that
 * git or ssh could take for an option.
 *
 * @throws {BuildFailure} `git_failure` when git must not be given the address
 */
export function parseGitUrl(url: string, options: GitUrlOptions = {}): GitUrl {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x20\x7f\\]/.test(url)) {
    throw refusal(url, "it holds white space, a backslash or a control code");
  }
  const file = FILE.exec(url);
  if (file) {
    if (options.allowFile) return { protocol: "file", text: url, origin: "" };
    throw refusal(
      url,
      "this worker's operator does not allow file: URLs (GIT_ALLOW_FILE)",
    );
  }
  const [, scheme, userinfo, host, path] = WITH_SCHEME.exec(url) ?? [];
  switch (scheme) {
    case "https":
    case "http": {
      // Git would send it in the middle of its own addresses.
      if (path?.includes("?")) {
        const advice = "put a token before the host, https://token@host/path";
        throw refusal(url, `it holds a query: ${advice}`);
      }
      const origin = `${scheme}://${host}`;
      return {
        protocol: scheme,
        text: `${origin}${path}`,
        origin,
        ...(userinfo && { credentials: credentialsOf(url, userinfo) }),
      };
    }
    case "ssh":
    case "git": {
      const user = userinfo?.split(":", 1)[0];
      if (user?.startsWith("-")) break;
      const origin = `${scheme}://${host}`;
      const authority = user ? `${user}@${host}` : host;
      return {
        protocol: scheme,
        text: `${scheme}://${authority}${path}`,
        origin,
      };
    }
  }
  const scpLike = SCP_LIKE.exec(url) ?? SCP_LIKE_WITHOUT_USER.exec(url);
  if (scpLike) {
    return { protocol: "ssh", text: url, origin: `ssh://${scpLike[1]}` };
  }
  throw refusal(
    url,
    "expected https://host/path, http://host/path, ssh://user@host/path, user@host:path or git://host/path",
  );
}

function credentialsOf(url: string, userinfo: string): GitCredentials {
  const [, username = "", password = ""] = /^([^:]*):?(.*)$/.exec(userinfo) ??
    [];
  try {
    return {
      username: decodeURIComponent(username),
      password: new Secret(decodeURIComponent(password)),
    };
  } catch {
    throw refusal(url, "its user or password is not percent-encoded");
  }
}

function refusal(url: string, why: string): BuildFailure {
  // A password with a slash ends the authority too early for any grammar.
  const shown = url.replace(/:(\/*).*@/s, ":$1***@").replace(/\?.*/s, "?…");
  return new BuildFailure(
    "git_failure",
    `Cannot use the git repository ${quote(shown)}: ${why}`,
  );
}
