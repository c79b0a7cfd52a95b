import {
  choice,
  count,
  duration,
  flag,
  realm,
  size,
  text,
  url,
  type ValueParser,
} from "./value.ts";

/** One setting, named by its environment variable in {@linkcode SETTINGS}. */
export interface Setting<T> {
  readonly parse: ValueParser<T>;
  /** What it does, for the help text and the README. */
  readonly help: string;
  readonly example: string;
  /** The text that stands for a missing or empty value. */
  readonly default?: string;
}

/**
 * Every setting of the worker, by the name of its environment variable. This
 * table is the only place that knows them: the worker's permissions, the
 * README and the messages about mistakes follow it.
 */
export const SETTINGS = {
  ENDPOINT: {
    parse: url("ws:", "wss:"),
    help: "Address of the Build Manager, used as it is",
    example: "ws://quay.example.com:8787",
  },
  SERVER: {
    parse: url("ws:", "wss:"),
    help:
      "Address of the Quay server; `/b1/socket` is added. Used when `ENDPOINT` is empty",
    example: "wss://quay.example.com:8787",
  },
  REALM: {
    parse: realm,
    help: "Realm of the one build to run; makes the worker a hosted one",
    example: "builder-realm",
  },
  TOKEN: {
    parse: text,
    help: "Token of that build; required with `REALM`",
    example: "sometoken",
  },
  MANAGER_TIMEOUT: {
    parse: duration,
    help:
      "How long the Build Manager may take for an answer about a build, before its session counts as lost; one that answers nothing at all is noticed within 20 s",
    example: "2m",
    default: "1m",
  },
  DOCKER_HOST: {
    parse: text,
    help: "Address of the Docker Engine",
    example: "unix:///var/run/docker.sock",
    default: "unix:///var/run/docker.sock",
  },
  LOG_LEVEL: {
    parse: choice("debug", "info", "warning", "error"),
    help: "Least severe lines of the worker's own log",
    example: "debug",
    default: "info",
  },
  LOG_FORMAT: {
    parse: choice("text", "json"),
    help:
      "Form of the worker's own log: `text` for people, `json` for machines",
    example: "json",
    default: "text",
  },
  BUILD_LOG_LIMIT: {
    parse: size,
    help: "Longest log of one build; past it the middle is left out",
    example: "64MiB",
    default: "32MiB",
  },
  PACKAGE_MEMORY: {
    parse: size,
    help:
      "Largest build package kept in memory; a larger one goes to a temporary file",
    example: "256MiB",
    default: "64MiB",
  },
  PACKAGE_LIMIT: {
    parse: size,
    help: "Largest build package, as downloaded",
    example: "2GiB",
    default: "10GiB",
  },
  UNPACKED_LIMIT: {
    parse: size,
    help: "Largest build package, unpacked",
    example: "20GiB",
    default: "100GiB",
  },
  ENTRIES_LIMIT: {
    parse: count,
    help: "Most files, directories and links in a build package",
    example: "5000000",
    default: "2000000",
  },
  TMPDIR: {
    parse: text,
    help: "Directory for large packages and git checkouts",
    example: "/var/tmp",
    default: "/tmp",
  },
  DOWNLOAD_IDLE_TIMEOUT: {
    parse: duration,
    help: "Longest silence of the server a build package is downloaded from",
    example: "2m",
    default: "1m",
  },
  GIT_IDLE_TIMEOUT: {
    parse: duration,
    help: "Longest silence of git",
    example: "10m",
    default: "5m",
  },
  GIT_TIMEOUT: {
    parse: duration,
    help: "Longest time for all that git does for a build",
    example: "2h",
    default: "1h",
  },
  GIT_ALLOW_FILE: {
    parse: flag,
    help:
      "Whether `file:` repositories of the worker's own machine are allowed",
    example: "true",
    default: "false",
  },
  SSH_KNOWN_HOSTS: {
    parse: text,
    help:
      "Known hosts file that git servers are checked against; without it a host key is accepted on first use",
    example: "/etc/ssh/ssh_known_hosts",
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

/** The name of a setting, which is that of its environment variable. */
export type SettingName = keyof typeof SETTINGS;

/** Every setting with its value; `undefined` where it is missing. */
export type Settings = {
  readonly [N in SettingName]:
    | ReturnType<(typeof SETTINGS)[N]["parse"]>
    | ((typeof SETTINGS)[N] extends { default: string } ? never : undefined);
};
