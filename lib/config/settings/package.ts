import { count, size, sizeFrom, text, timeout } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** Less, and hardly a Dockerfile is built. */
const LEAST = 2 ** 20;

/** How large build packages may be, and where they are kept. */
export const PACKAGE_SETTINGS = {
  PACKAGE_MEMORY: {
    parse: size,
    help:
      "Largest build package kept in memory; a larger one goes to a temporary file",
    example: "256MiB",
    default: "64MiB",
  },
  PACKAGE_LIMIT: {
    parse: sizeFrom(LEAST, "1MiB"),
    help: "Largest build package, as downloaded, or file of a git fetch",
    example: "2GiB",
    default: "10GiB",
  },
  UNPACKED_LIMIT: {
    parse: sizeFrom(LEAST, "1MiB"),
    help: "Largest build package, unpacked, or git checkout",
    example: "20GiB",
    default: "100GiB",
  },
  ENTRIES_LIMIT: {
    parse: count,
    help: "Most files, directories and links in a package or git checkout",
    example: "5000000",
    default: "2000000",
  },
  TMPDIR: {
    parse: text,
    help:
      "Directory for large packages and git checkouts, made where it is missing; `/tmp` or one in it, unless Deno is started with more permissions",
    example: "/tmp/quay-builder",
    default: "/tmp",
  },
  DOWNLOAD_IDLE_TIMEOUT: {
    parse: timeout,
    help: "Longest silence of the server a build package is downloaded from",
    example: "2m",
    default: "1m",
  },
} as const satisfies SettingGroup;
