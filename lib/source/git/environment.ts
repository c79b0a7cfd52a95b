import type { GitUrl } from "./url.ts";
import type { Workplace } from "./workplace.ts";

const DEFAULT_PATH =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Options of {@linkcode gitEnvironment}. */
export interface GitEnvironmentOptions {
  readonly url: GitUrl;
  readonly workplace: Workplace;
  /** Variables that git gets, too, such as `PATH`. */
  readonly passed?: Readonly<Record<string, string>> | undefined;
}

/**
 * The whole environment of a git command: no configuration but ours, no
 * question to anyone, no protocol but those that are allowed. Submodules, whose
 * URLs are anyone's, are bound by it too; so a file URL is allowed in a
 * repository only if that is itself a file URL.
 */
export function gitEnvironment(
  { url, workplace, passed }: GitEnvironmentOptions,
): Record<string, string> {
  const allowed = ["https", "http", "ssh", "git"];
  if (url.protocol === "file") allowed.push("file");
  return {
    PATH: DEFAULT_PATH,
    ...passed,
    HOME: workplace.home,
    TMPDIR: workplace.home,
    LC_ALL: "C",
    GIT_ALLOW_PROTOCOL: allowed.join(":"),
    GIT_ASKPASS: "",
    GIT_CEILING_DIRECTORIES: workplace.root,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_LFS_FORCE_PROGRESS: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_PROGRESS_DELAY: "0",
    GIT_TEMPLATE_DIR: "",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** Git's settings for a checkout that is packed into an image and thrown away. */
export function gitConfig(url: GitUrl): Record<string, string> {
  return {
    "advice.detachedHead": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    // A reflog would carry the worker's name into the image.
    "core.logAllRefUpdates": "false",
    // Housekeeping runs in the background, past the end of the command.
    "gc.auto": "0",
    "maintenance.auto": "false",
    // Files that look like a repository are none (git 2.38).
    "safe.bareRepository": "explicit",
    "fetch.recurseSubmodules": "false",
    ...(url.protocol === "file"
      // The operator vouches for the owner of a file repository.
      ? { "safe.directory": "*" }
      // A repository's .lfsconfig could name a file URL, which git-lfs 3 hands
      // to this program whatever git allows.
      : { "lfs.customtransfer.lfs-standalone-file.path": "false" }),
  };
}
