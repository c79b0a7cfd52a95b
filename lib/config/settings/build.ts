import { cpus, network, ulimits } from "../container_value.ts";
import { size, sizeFrom, timeout } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** How long builds may take, and what they may use. */
export const BUILD_SETTINGS = {
  BUILD_TIMEOUT: {
    parse: timeout,
    help: "Longest time for a build, all its phases together; by default any",
    example: "2h",
  },
  PULL_TIMEOUT: {
    parse: timeout,
    help:
      "Longest time for the pull of one image, all its tries together; by default any",
    example: "30m",
  },
  PUSH_TIMEOUT: {
    parse: timeout,
    help:
      "Longest time for the push of one tag, all its tries together; by default any",
    example: "1h",
  },
  TRANSFER_IDLE_TIMEOUT: {
    parse: timeout,
    help:
      "Longest silence of the engine during a pull or a push, which then counts as stalled and is tried again; a registry may need minutes to store a large layer",
    example: "20m",
    default: "10m",
  },
  IMAGE_CACHE: {
    parse: size,
    help:
      "How much of the base images that builds pulled is kept for the next builds, until the worker leaves; layers that images share count once for each. `0`: nothing",
    example: "20GiB",
    default: "0",
  },
  BUILD_NETWORK: {
    parse: network,
    help:
      "Network of the containers that builds run in: `none`, `host`, or the name of one that the engine has; by default the engine's own",
    example: "none",
  },
  BUILD_MEMORY: {
    // Less, the engine refuses (20.10).
    parse: sizeFrom(6 * 2 ** 20, "6MiB"),
    help:
      "Most memory of a build's container, and as much swap again; by default any",
    example: "4GiB",
  },
  BUILD_CPUS: {
    parse: cpus,
    help: "Most processors that a build's container uses; by default all",
    example: "1.5",
  },
  BUILD_SHM_SIZE: {
    parse: sizeFrom(1, "1"),
    help:
      "Size of `/dev/shm` in a build's container; by default the engine's own, 64MiB",
    example: "256MiB",
  },
  BUILD_ULIMITS: {
    parse: ulimits,
    help:
      "Limits of the processes in a build's container, soft and hard; by default the engine's own",
    example: "nofile=1024:2048,nproc=512",
  },
} as const satisfies SettingGroup;
