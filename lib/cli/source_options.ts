import type { Config } from "../config/config.ts";
import type { SourceOptions } from "../source/source.ts";

/** How the configuration has the sources of builds opened. */
export function sourceOptions(settings: Config["settings"]): SourceOptions {
  return {
    limits: {
      packageBytes: settings.PACKAGE_LIMIT,
      memoryBytes: settings.PACKAGE_MEMORY,
      unpackedBytes: settings.UNPACKED_LIMIT,
      entries: settings.ENTRIES_LIMIT,
    },
    temporaryDirectory: settings.TMPDIR,
    download: { idleTimeout: settings.DOWNLOAD_IDLE_TIMEOUT },
    git: {
      idleTimeout: settings.GIT_IDLE_TIMEOUT,
      totalTimeout: settings.GIT_TIMEOUT,
      allowFile: settings.GIT_ALLOW_FILE,
      knownHosts: settings.SSH_KNOWN_HOSTS,
    },
  };
}
