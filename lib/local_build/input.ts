/** Where the person who builds says that the files are. */
export type BuildInput =
  /** A directory, an archive, or a Dockerfile alone, on this machine. */
  | { readonly kind: "path"; readonly path: string }
  /** An archive, or a Dockerfile alone, on standard input. */
  | { readonly kind: "stdin" }
  /** An archive, or a Dockerfile alone, on a web server. */
  | { readonly kind: "url"; readonly url: string }
  | {
    readonly kind: "git";
    readonly url: string;
    /** A branch, a tag or a commit; `HEAD` is the default branch. */
    readonly ref: string;
    /** The directory that is the context; empty for all of it. */
    readonly subdirectory: string;
  };

const DEFAULT_REF = "HEAD";

/**
 * `git://…`, `ssh://…`, `user@host:path`, and what is known to hold git only;
 * also `file://…`, which the docker CLI does not know: files have paths.
 */
const GIT = /^(?:(?:git|ssh|file):\/\/|[\w.][\w.+-]*@[^/:]+:|github\.com\/)/;
const WEB = /^https?:\/\//;
/** What tells a repository from an archive on the same kind of server. */
const GIT_ON_WEB = /^https?:\/\/[^?#]*\.git(?:#|$)/;

/**
 * Understands a PATH, a URL or a GIT-URL as the docker CLI does: `-` is
 * standard input, a web address is git where its path ends in `.git`, and what
 * follows its `#` is `ref:subdirectory`, both of which may be left out.
 */
export function parseBuildInput(text: string): BuildInput {
  if (text === "-") return { kind: "stdin" };
  if (GIT.test(text) || GIT_ON_WEB.test(text)) return parseGit(text);
  if (WEB.test(text)) return { kind: "url", url: text };
  return { kind: "path", path: text };
}

function parseGit(text: string): BuildInput {
  const [, address = "", fragment = ""] = /^([^#]*)#?(.*)$/s.exec(text) ?? [];
  const [, ref = "", subdirectory = ""] = /^([^:]*):?(.*)$/s.exec(fragment) ??
    [];
  return {
    kind: "git",
    url: address.startsWith("github.com/") ? `https://${address}` : address,
    ref: ref || DEFAULT_REF,
    subdirectory,
  };
}
