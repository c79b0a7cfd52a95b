import { flag, text, timeout } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** Builds from git. */
export const GIT_SETTINGS = {
  GIT_IDLE_TIMEOUT: {
    parse: timeout,
    help: "Longest silence of git",
    example: "10m",
    default: "5m",
  },
  GIT_TIMEOUT: {
    parse: timeout,
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
} as const satisfies SettingGroup;
